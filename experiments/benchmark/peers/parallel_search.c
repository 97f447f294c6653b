/* The parallel search of Lazer & Friedman 2007 in plain C, as one would write it who knows C and this model.
 *
 * Agents on a ring see the two nearest on each side. In every round, all at once, each copies the best of them if that
 * is strictly better; otherwise it flips one random bit and keeps that if it is better. Everybody looks (velocity 1),
 * and nobody errs in copying.
 *
 * It does what `lazer_friedman2007` does in a replicate, and gives the same numbers to the bit: it draws landscape,
 * first practices and flips through the same keyed generator, looks for the greatest payoff where that is not known,
 * notes mean score, best score and the number of different practices after each round, and ends where nobody can
 * improve. A practice is a whole number, bit j of which is set where aspect j is +1. Plain means: bits are tested one
 * by one, contributions are added up each time, and numbers are drawn when they are needed.
 */

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

enum { SEEN = 4, MEASURES = 3, POWER = 8 };

/* What is being decided: the numbers of `sim/model/rng.py`. */
enum { CONTRIBUTION = 1, PARTNERS = 2, IDEA = 5, EXPERIMENT = 21 };

typedef struct {
    int bits, links;          /* N, K + 1 */
    int *partner;             /* [N][K + 1]: the bits on which the contribution of a bit depends, its own first */
    double *contribution;     /* [N][2^(K + 1)]: bit k of a setting is partner k */
    double greatest;          /* the best of all payoffs */
} Landscape;

typedef struct {
    int64_t agents;
    int64_t (*seen)[SEEN];    /* whom each agent sees, in ascending order */
    uint32_t *practice, *next_practice;
    double *worth, *next_worth;
    uint32_t *different;      /* the practices alive, as a hash set; a power of two, at least twice the agents */
    int64_t *stamp;           /* the count at which a place of that set was last taken */
    uint32_t places;
    int64_t counted;
} Group;

/* --- random numbers ------------------------------------------------------------------------------------------------ */

/* Draw number `draw` of a decision, uniform on [0, 1) with 53 bits: Philox-4x32 with 10 rounds (Salmon et al. 2011). */
static inline double uniform(uint64_t seed, uint32_t round, uint32_t who, uint32_t event, uint32_t draw)
{
    uint32_t c0 = round, c1 = who, c2 = event, c3 = draw, k0 = (uint32_t)seed, k1 = (uint32_t)(seed >> 32);
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

/* --- the landscape ------------------------------------------------------------------------------------------------- */

/* What a practice is worth: the mean of the contributions of its bits. */
static inline double value(const Landscape *landscape, uint32_t practice)
{
    double total = 0.0;
    for (int j = 0; j < landscape->bits; j++) {
        const int *partner = landscape->partner + j * landscape->links;
        uint32_t setting = 0;
        for (int k = 0; k < landscape->links; k++)
            setting |= (practice >> partner[k] & 1) << k;
        total += landscape->contribution[((size_t)j << landscape->links) + setting];
    }
    return total / landscape->bits;
}

/* The greatest of all 2^N payoffs. */
static double greatest_value(const Landscape *landscape)
{
    double greatest = 0.0;
    for (uint32_t practice = 0; practice < (uint32_t)1 << landscape->bits; practice++) {
        double worth = value(landscape, practice);
        if (worth > greatest)
            greatest = worth;
    }
    return greatest;
}

/* The landscape of a seed; the K partners of a bit are drawn with replacement from all bits. */
static void draw_landscape(uint64_t seed, double greatest, Landscape *landscape)
{
    for (int j = 0; j < landscape->bits; j++) {
        int *partner = landscape->partner + j * landscape->links;
        partner[0] = j;
        for (int k = 1; k < landscape->links; k++)
            partner[k] = (int)(uniform(seed, 0, j, PARTNERS, k - 1) * landscape->bits);
        for (int setting = 0; setting < 1 << landscape->links; setting++)
            landscape->contribution[((size_t)j << landscape->links) + setting]
                = uniform(seed, 0, j, CONTRIBUTION, setting);
    }
    landscape->greatest = greatest > 0.0 ? greatest : greatest_value(landscape);
}

/* (value / greatest value)^8 */
static inline double score(double worth, const Landscape *landscape)
{
    double power = worth / landscape->greatest;
    for (int k = 1; k < POWER; k *= 2)
        power *= power;
    return power;
}

/* --- the agents ---------------------------------------------------------------------------------------------------- */

/* Who sees whom: the two nearest on each side. */
static void link_ring(Group *group)
{
    for (int64_t i = 0; i < group->agents; i++) {
        for (int k = 0; k < SEEN; k++) {
            int64_t other = (i + group->agents + (k < 2 ? k - 2 : k - 1)) % group->agents;
            int at = k;
            for (; at > 0 && group->seen[i][at - 1] > other; at--)
                group->seen[i][at] = group->seen[i][at - 1];
            group->seen[i][at] = other;
        }
    }
}

/* Round 0: everybody has a random practice. */
static void begin(uint64_t seed, const Landscape *landscape, Group *group)
{
    for (int64_t i = 0; i < group->agents; i++) {
        group->practice[i] = 0;
        for (int j = 0; j < landscape->bits; j++)
            if (uniform(seed, 0, (uint32_t)i, IDEA, j) < 0.5)
                group->practice[i] |= (uint32_t)1 << j;
        group->worth[i] = value(landscape, group->practice[i]);
    }
}

/* The best of those whom an agent sees, the first of equals. */
static inline int64_t best_seen(const Group *group, int64_t i)
{
    int64_t best = group->seen[i][0];
    for (int k = 1; k < SEEN; k++)
        if (group->worth[group->seen[i][k]] > group->worth[best])
            best = group->seen[i][k];
    return best;
}

/* A round: everybody copies a better neighbour or tries to flip a bit. */
static void search(uint64_t seed, uint32_t round, const Landscape *landscape, Group *group)
{
    for (int64_t i = 0; i < group->agents; i++) {
        uint32_t practice = group->practice[i];
        double worth = group->worth[i];
        int64_t best = best_seen(group, i);
        if (group->worth[best] > worth) {
            practice = group->practice[best];
            worth = group->worth[best];
        } else {
            int bit = (int)(uniform(seed, round, (uint32_t)i, EXPERIMENT, 0) * landscape->bits);
            double flipped = value(landscape, practice ^ (uint32_t)1 << bit);
            if (flipped > worth) {
                practice ^= (uint32_t)1 << bit;
                worth = flipped;
            }
        }
        group->next_practice[i] = practice;
        group->next_worth[i] = worth;
    }
    uint32_t *practice = group->practice;
    group->practice = group->next_practice;
    group->next_practice = practice;
    double *worth = group->worth;
    group->worth = group->next_worth;
    group->next_worth = worth;
}

/* How many different practices are alive. */
static int64_t count_solutions(Group *group)
{
    int64_t count = 0;
    group->counted++;
    for (int64_t i = 0; i < group->agents; i++) {
        uint32_t place = group->practice[i] * 2654435761u >> 7 & (group->places - 1);
        while (group->stamp[place] == group->counted && group->different[place] != group->practice[i])
            place = (place + 1) & (group->places - 1);
        if (group->stamp[place] != group->counted) {
            group->stamp[place] = group->counted;
            group->different[place] = group->practice[i];
            count++;
        }
    }
    return count;
}

/* Mean score, best score, and the number of different practices. */
static void measure(const Landscape *landscape, Group *group, double *row)
{
    double total = 0.0, best = 0.0;
    for (int64_t i = 0; i < group->agents; i++) {
        double reached = score(group->worth[i], landscape);
        total += reached;
        if (reached > best)
            best = reached;
    }
    row[0] = total / (double)group->agents;
    row[1] = best;
    row[2] = (double)count_solutions(group);
}

/* Whether nobody can improve, by copying a neighbour or by a flip. */
static bool has_settled(const Landscape *landscape, const Group *group)
{
    for (int64_t i = 0; i < group->agents; i++)
        if (group->worth[best_seen(group, i)] > group->worth[i])
            return false;
    for (int64_t i = 0; i < group->agents; i++)
        for (int j = 0; j < landscape->bits; j++)
            if (value(landscape, group->practice[i] ^ (uint32_t)1 << j) > group->worth[i])
                return false;
    return true;
}

/* --- from Python --------------------------------------------------------------------------------------------------- */

/* One replicate for each seed.
 *
 * greatest  [R]                the greatest payoff of each landscape; looked for and written where it is 0
 * measures  [R][rounds + 1][3] written: what was measured after each round; after the last one, that again
 * settled   [R]                written: the round after which nobody could improve; -1 if there was none
 *
 * Returns false if there is not enough memory.
 */
bool parallel_search(int64_t replicates, int64_t agents, int bits, int complexity, int64_t rounds,
                     const uint64_t *seeds, double *greatest, double *measures, int64_t *settled)
{
    Landscape landscape = {.bits = bits, .links = complexity + 1};
    landscape.partner = malloc(sizeof(int) * bits * landscape.links);
    landscape.contribution = malloc((sizeof(double) * bits) << landscape.links);
    Group group = {.agents = agents, .places = 16};
    while (group.places < 2 * agents)
        group.places *= 2;
    group.seen = malloc(sizeof(*group.seen) * agents);
    group.practice = malloc(sizeof(uint32_t) * agents);
    group.next_practice = malloc(sizeof(uint32_t) * agents);
    group.worth = malloc(sizeof(double) * agents);
    group.next_worth = malloc(sizeof(double) * agents);
    group.different = malloc(sizeof(uint32_t) * group.places);
    group.stamp = calloc(group.places, sizeof(int64_t));
    bool enough = landscape.partner && landscape.contribution && group.seen && group.practice && group.next_practice
        && group.worth && group.next_worth && group.different && group.stamp;

    if (enough)
        link_ring(&group);
    for (int64_t r = 0; enough && r < replicates; r++) {
        double (*rows)[MEASURES] = (double (*)[MEASURES])measures + r * (rounds + 1);
        draw_landscape(seeds[r], greatest[r], &landscape);
        greatest[r] = landscape.greatest;
        begin(seeds[r], &landscape, &group);
        measure(&landscape, &group, rows[0]);
        settled[r] = -1;
        for (int64_t t = 1; t <= rounds; t++) {
            if (settled[r] >= 0) {
                for (int m = 0; m < MEASURES; m++)
                    rows[t][m] = rows[t - 1][m];
                continue;
            }
            search(seeds[r], (uint32_t)t, &landscape, &group);
            measure(&landscape, &group, rows[t]);
            if (has_settled(&landscape, &group))
                settled[r] = t;
        }
    }

    free(landscape.partner);
    free(landscape.contribution);
    free(group.seen);
    free(group.practice);
    free(group.next_practice);
    free(group.worth);
    free(group.next_worth);
    free(group.different);
    free(group.stamp);
    return enough;
}
