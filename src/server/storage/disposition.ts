/**
 * The Content-Disposition of a download (RFC 6266): a plain ASCII name for old clients, the real one in UTF-8 (RFC 8187) beside it.
 * Whatever the name holds, the header stays one line of ASCII.
 */

/** `attachment; filename="…"; filename*=UTF-8''…` */
export const attachment = (filename: string): string => {
  const name = filename.toWellFormed();
  // Per character, so that a letter outside ASCII is one underscore; `%` too, which some browsers would decode.
  const ascii = name.replaceAll(/[^\x20-\x7e]|["\\%]/gu, '_');
  const encoded = encodeURIComponent(name).replaceAll(
    /['()*!]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
};
