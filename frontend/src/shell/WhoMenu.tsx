import { csrfToken } from '../boot';
import { user } from '../workspace/adopt';
import { Menu } from './Menu';
import { openDialog } from './overlay';
import { switchTheme, theme } from './theme';

function SignOut() {
  return (
    <form method="post" action="/accounts/logout/">
      <input type="hidden" name="csrfmiddlewaretoken" value={csrfToken()} />
      <button>Sign out</button>
    </form>
  );
}

const here = () => encodeURIComponent(location.pathname);

function Account() {
  const who = user.value;
  if (!who) {
    return (
      <>
        <a href={`/accounts/login/?next=${here()}`}>Sign in</a>
        <a href={`/accounts/signup/?next=${here()}`}>Make an account</a>
      </>
    );
  }
  if (who.guest) {
    return (
      <>
        <p class="menu-note">You are a guest: your work is kept for a day.</p>
        <a href={`/accounts/signup/?next=${here()}`}>Make an account to keep it</a>
        <a href={`/accounts/login/?next=${here()}`}>Sign in</a>
        <a href="/account">What you may use</a>
      </>
    );
  }
  return (
    <>
      <a href="/workspaces">Workspaces</a>
      <a href="/account">Account, tokens, quota</a>
      {who.staff && <a href="/admin/">Administration</a>}
      <SignOut />
    </>
  );
}

export function WhoMenu() {
  const who = user.value;
  const label = who && !who.guest ? who.name : who ? 'Guest' : 'Sign in';
  return (
    <Menu className="who" align="right" title={`You: ${label}`} label={<span class="who-name">{label}</span>}>
      {(close) => (
        <>
          <Account />
          <hr />
          <button
            class="narrow-only"
            onClick={() => {
              close();
              openDialog('palette');
            }}
          >
            All actions
          </button>
          <button onClick={switchTheme}>{theme.value === 'dark' ? 'Light colours' : 'Dark colours'}</button>
          <button
            onClick={() => {
              close();
              openDialog('help');
            }}
          >
            Keyboard shortcuts and help
          </button>
        </>
      )}
    </Menu>
  );
}
