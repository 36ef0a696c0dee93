import { cellAt } from './cell-place.ts';
import { xmlText } from './xml-text.ts';

/** A note at a cell; lines begin with 1, positions with 0. */
export interface CellNote {
  readonly line: number;
  readonly position: number;
  readonly text: string;
}

/** The texts of the notes of a sheet. */
export const notesXml = (notes: readonly CellNote[]): string =>
  `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<comments xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><authors><author>lumi lead importer</author></authors><commentList>${notes
    .map(
      ({ line, position, text }) =>
        `<comment ref="${cellAt(line, position)}" authorId="0"><text><r><rPr><sz val="9"/></rPr><t xml:space="preserve">${xmlText(text)}</t></r></text></comment>`,
    )
    .join('')}</commentList></comments>`;

/** The boxes in which spreadsheets show notes: without them a note is damage. */
export const noteShapes = (notes: readonly CellNote[]): string =>
  `<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/></o:shapelayout><v:shapetype id="note" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>${notes
    .map(
      ({ line, position }, index) =>
        `<v:shape id="note${index + 1}" type="#note" style="position:absolute;margin-left:60pt;margin-top:2pt;width:240pt;height:90pt;z-index:${index + 1};visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto"/><x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>${position + 1}, 15, ${line - 1}, 4, ${position + 5}, 15, ${line + 4}, 4</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>${line - 1}</x:Row><x:Column>${position}</x:Column></x:ClientData></v:shape>`,
    )
    .join('')}</xml>`;
