/** The panes before there is anything in them: as index.html has them, so that nothing moves. */
export const Boot = ({ label }: { label?: string }) => (
  <div className="boot">
    <div>
      {label !== undefined && (
        <span className="sr" role="status">
          {label}
        </span>
      )}
    </div>
    <div />
    <div />
    <div />
  </div>
);
