// The room Explore.
function mount(host, app) {
  host.append(make('p', {text: 'Explore comes here.'}))
  return {show() {}, hide() {}}
}
