export function Fault({ text }: { text: string }) {
  return (
    <main class="page fault">
      <h1>This did not work</h1>
      <p>{text}</p>
      <p>
        <a class="button" href="/">
          To the start
        </a>
      </p>
    </main>
  );
}
