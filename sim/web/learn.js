// The room Learn.
function mount(host, app) {
  host.append(make('p', {text: 'Learn comes here.'}))
  return {show() {}, hide() {}}
}
