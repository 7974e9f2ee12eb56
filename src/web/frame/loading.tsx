/** What stands while the first answers are awaited: the same as index.html has until the code is there. */
export function Loading() {
  return (
    <>
      <output className="vh">Loading</output>
      <div className="boot" aria-hidden="true">
        <div className="side">
          <Bars />
        </div>
        <div className="main">
          <Bars />
        </div>
      </div>
    </>
  );
}

const Bars = () => (
  <>
    <span className="skel" />
    <span className="skel" />
    <span className="skel" />
  </>
);
