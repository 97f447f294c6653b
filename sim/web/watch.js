// The room Watch.
function mount(host, app) {
  host.append(make('p', {text: 'Watch comes here.'}))
  return {show() {}, hide() {}}
}
