/** Shown only when the first answer takes longer than a moment. */
export function Loading() {
  return (
    <output className="boot">
      <span className="vh">Loading</span>
      <span className="skel" />
    </output>
  );
}
