/** Where the charts will stand; the rows below do not wait for them. */
export function ChartsSkeleton({ isFailed }: { isFailed: boolean }) {
  return (
    <div className="pair charts-skel">
      {isFailed ? (
        <p className="muted">The charts could not be drawn; the rows below are complete.</p>
      ) : (
        <span className="skel" />
      )}
    </div>
  );
}
