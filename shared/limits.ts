const KIB = 1024;
const MIB = 1024 * KIB;
const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/**
 * Every bound of the importer, with its reason. Time-outs of functions and queues are in
 * `infra/topology.ts`, derived from one another; what the code itself must know is here.
 */
export const limits = {
  /** What one parser invocation reads and stages with margin inside its time-out, even where the file is read once more. */
  maxRows: 1_000_000,
  /** A million rows of a generous 500 bytes. Counted after decompression, so a zip bomb stops here. */
  maxFileBytes: 512 * MIB,
  /** A zip is read from its end, so it is kept on the disk: 512 MiB is what a function has, and a million rows come to some 60 MiB. */
  maxWorkbookBytes: 64 * MIB,
  /** A workbook of many sheets, with their tables, comments and pictures, has hundreds. */
  maxWorkbookParts: 10_000,
  /** Formatted cells without content count: 300 columns of a hundred thousand rows. */
  maxWorkbookCells: 30_000_000,
  /** What a sheet of Excel has. */
  maxSheetRows: 1_048_576,
  /** Texts that cells share, in characters of at most two bytes and in number: a hundred thousand rows of 25 columns, each text another one, are below half of both. */
  maxSharedCharacters: 64 * MIB,
  maxSharedTexts: 10_000_000,
  /** Characters of a cell: Excel takes 32,767, and other programs no limit. */
  maxCellText: 1024 * 1024,
  /** Excel itself has 65,490 formats of cells, and nobody a workbook of a thousand sheets of leads. */
  maxCellFormats: 100_000,
  maxSheets: 1_000,
  /** Merged cells that are remembered to say why a cell is empty. */
  maxMerges: 10_000,
  /** Far more than a row of 300 columns has: an unclosed quote is stopped here before it takes in the file. */
  maxRecordBytes: 128 * KIB,
  /** Far more than any header has columns: a row of delimiters is refused before it fills the memory. */
  maxRecordCells: 2_000,
  /** Partners' exports were seen with about a hundred. */
  maxColumns: 300,
  /** Enough of the file to see its header: a header is one record. */
  headerBytes: 256 * KIB,
  /** Each batch costs two writes and eight reads of the bucket, whatever it holds. More rows, and a crash would leave more of them in doubt. */
  rowsPerBatch: 60,
  /** What ends a batch of long rows early, in characters: several batches are in memory at once, wherever they are read. */
  batchCharacters: MIB,
  /** A request to S3 costs what it costs, whatever it carries. A batch of a page is read by its bytes. */
  batchesPerPage: 16,
  /** What ends a page of long rows early, in characters of its rows: it is in memory while it is written. */
  pageCharacters: 2 * MIB,
  /** Pages being written to S3 at once: those of `maxRows` at 60 ms each take half a minute. */
  pagesBeingWritten: 2,
  /** Rows of a page whose documents are looked for at once. */
  documentLooks: 32,
  /** Pages that whoever reads batches in their order keeps: what is read ahead begins in one and ends in another. */
  keptPages: 4,
  /** Keys of a folder of documents that are listed; beyond them a name must be equal. */
  maxListedKeys: 10_000,
  /** Folders of documents that an import remembers. */
  keptFolders: 1_000,
  /** A mapping file is larger than no mapping that a person made. */
  maxMappingBytes: 1024 * 1024,
  /** Rows of a mapping workbook, and the characters of their cells: a header has 300 columns, and 200 texts are asked for. A file of leads that lies among the mappings ends here. */
  maxMappingRows: 5_000,
  maxMappingCharacters: 2 * MIB,
  /** Of mapping files that may be made for a file's header, the latest are looked at. */
  maxMappings: 500,
  /** Batches read ahead by the reporter: hides S3's latency, holds at most 16 batches in memory. */
  reportReadAhead: 16,
  /** Several documents a loan is usual, dozens are a mistake. */
  maxDocumentsPerRow: 20,
  /** A scan of a long contract; the API documents no limit of its own. */
  maxDocumentBytes: 25 * MIB,
  /** S3's own limit for a key, in bytes. */
  maxKeyBytes: 1024,
  /** A free-text cell (`loan.notes`, `company.business_description`). */
  maxTextLength: 5_000,
  /** A name, a street, an industry. */
  maxNameLength: 200,
  /** Problems of one row that are spelled out; more of them would not be read. */
  maxProblemsPerRow: 40,
  /** What is read of an API's answer: the pages of the listing are the largest. */
  maxAnswerBytes: 16 * MIB,
  /** Of an answer's headers: proxies add cookies and traces. */
  maxAnswerHeaderBytes: 64 * KIB,
  /** Leads asked for per page when reconciling. */
  listingPageSize: 100,
  /** A reconciliation reads at most this many pages: 100,000 leads since the first attempt. */
  maxListingPages: 1_000,
  /** The proof of an import reads its window whole: a million leads on pages of fifty. */
  maxProofPages: 20_000,
  /** Leads of others that such a window may show: they stay in memory beside those of the import. */
  maxOtherLeads: 500_000,
  /** Leads that a listing lacks and that are asked for one by one; what is true of these is taken for true of all. */
  maxProofLookups: 100,
  /** Rows that a proof names: more of them are counted only, and are no longer about rows. */
  maxFindings: 100_000,
  /** Messages in one SendMessageBatch: SQS's own limit. */
  messagesPerSend: 10,
  /** How often a batch send repeats the entries that SQS listed as failed, before the attempt fails. */
  maxSendRounds: 5,
  /** How often a compare-and-swap is tried against other writers before the attempt fails. */
  maxSwapRounds: 25,
  /** Ended imports, or files of them, that are merged into one: 50,000 imports are then some hundred objects to ask. */
  mergedAtOnce: 64,
  /** Clocks of two machines, and of the API, disagree by less than this. */
  clockSkewMs: 5 * MINUTE_MS,
  /** Kept free at the end of an invocation for saving the journal and answering. */
  savingMs: 10 * SECOND_MS,
  connectTimeoutMs: 5 * SECOND_MS,
  /** From the request's end to the answer's headers. */
  headersTimeoutMs: 30 * SECOND_MS,
  /** Between two pieces of the answer's body. */
  bodyTimeoutMs: 15 * SECOND_MS,
  /** Nothing at the API may take longer than this altogether, beside the time that a document is on its way: the sum of the three, rounded up. */
  requestTimeoutMs: 60 * SECOND_MS,
  /** The slowest line on which a document is sent, 1 Mbit/s: the largest one takes five minutes, as an invocation has. */
  slowestBytesPerMs: 125,
  /** The longest delay of a redelivery: SQS allows 12 hours from the delivery on, the attempt's own time included. */
  maxVisibilityMs: 11 * HOUR_MS,
  /** A partner's longest sensible wait: SQS keeps the messages for 14 days. */
  maxGiveUpAfterMs: 10 * 24 * HOUR_MS,
  /** From staging on, however long a batch waits for its turn: messages are kept for twelve days. */
  maxWaitMs: 11 * 24 * HOUR_MS,
  /** A notification that nobody has received after so long counts as lost. */
  lostAfterMs: 15 * MINUTE_MS,
  /** The queue of uploads keeps a message for four days, and dead letters are taken up every quarter of an hour. */
  uploadMessageMs: 5 * 24 * HOUR_MS,
  /** No import runs for longer: eleven days, and what the queues add before and after. */
  longestImportMs: 14 * 24 * HOUR_MS,
  /** Between two writings of how far an import is, milliseconds. */
  progressEveryMs: 15 * SECOND_MS,
  /** Between two looks at an import of many batches whether it is complete, milliseconds: each costs a handful of requests. */
  lookEveryMs: 5 * SECOND_MS,
  /** Rows of a workbook that a person corrects: more of them are for a program, and take longer to open than to export. */
  maxRetryWorkbookRows: 100_000,
  /** Notes of such a workbook: each is a box that a spreadsheet draws. */
  maxRetryNotes: 2_000,
  /** Shown in `summary.json` for each code: enough to find the rows, few enough to read. */
  firstLines: 5,
  /** Kinds of problem that `report.html` tells; all of them are in `report.csv`. */
  htmlGroups: 100,
  /** Ranges of lines that it names for each of them. */
  htmlRanges: 30,
  /** Pieces of advice that it gives for each of them. */
  htmlTips: 4,
} as const;
