/* The random numbers of a week in plain C: Philox-4x32 with 10 rounds, as `sim/model/rng.py` has it.
 *
 * Everybody needs a number for each of several decisions. Drawn one by one, as rules ask for them, each is a call; drawn
 * for all workers at once, the loop has no branch and the compiler puts several workers into one register.
 */

#include <stdint.h>

static inline double uniform(uint64_t seed, uint32_t week, uint32_t who, uint32_t event)
{
    uint32_t c0 = week, c1 = who, c2 = event, c3 = 0, k0 = (uint32_t)seed, k1 = (uint32_t)(seed >> 32);
    for (int k = 0; k < 10; k++) {
        uint64_t p0 = (uint64_t)0xD2511F53u * c0, p1 = (uint64_t)0xCD9E8D57u * c2;
        c0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
        c1 = (uint32_t)p1;
        c2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
        c3 = (uint32_t)p0;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    return ((double)(c0 >> 5) * 67108864.0 + (double)(c1 >> 6)) * 0x1p-53;
}

__attribute__((noinline)) static double called(uint64_t seed, uint32_t week, uint32_t who, uint32_t event)
{
    return uniform(seed, week, who, event);
}

/* Worker by worker; drawn: [events][workers]. */
void one_by_one(uint64_t seed, uint32_t week, int64_t workers, int64_t events, double *drawn)
{
    for (int64_t i = 0; i < workers; i++)
        for (int64_t e = 0; e < events; e++)
            drawn[e * workers + i] = called(seed, week, (uint32_t)i, (uint32_t)e);
}

/* Decision by decision. */
void in_blocks(uint64_t seed, uint32_t week, int64_t workers, int64_t events, double *drawn)
{
    for (int64_t e = 0; e < events; e++)
        for (int64_t i = 0; i < workers; i++)
            drawn[e * workers + i] = uniform(seed, week, (uint32_t)i, (uint32_t)e);
}
