/** The look of `report.html`: light and dark, from a phone to a wide screen, and on paper. */
export const style = `
:root{color-scheme:light dark;--line:#d5d9e0;--soft:#f3f5f8;--ink:#1b2330;--dim:#556070;--paper:#fff;--good:#17723b;--bad:#a8271b;--doubt:#8a4b00;--calm:#5b6676;--on:#fff}
@media(prefers-color-scheme:dark){:root{--line:#3a4352;--soft:#222a36;--ink:#e8ecf2;--dim:#aab4c3;--paper:#161c25;--good:#6fd398;--bad:#ff9d92;--doubt:#ffc27a;--calm:#9aa7b8;--on:#10151c}}
*{box-sizing:border-box}
body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);margin:0 auto;max-width:60rem;padding:1.5rem 1rem 3rem;overflow-wrap:anywhere}
h1{font-size:1.5rem;line-height:1.25;margin:0}h2{font-size:1.15rem;margin:1.75rem 0 .5rem}h3{font-size:1rem;margin:0}
p{margin:.35rem 0}small,.when,footer{color:var(--dim)}small{font-size:.85em}
.lead{font-size:1.1rem;font-weight:600}.good{color:var(--good)}.bad{color:var(--bad)}.doubt{color:var(--doubt)}.calm{color:var(--calm)}
.bar{display:block;width:100%;height:2.25rem;border-radius:.4rem;margin:1rem 0}
.bar .good{fill:var(--good)}.bar .bad{fill:var(--bad)}.bar .doubt{fill:var(--doubt)}.bar .calm{fill:var(--calm)}.bar text{fill:var(--on);font:600 16px system-ui,sans-serif}
.steps{padding-left:1.5rem;margin:0}.steps li{margin:.35rem 0}
.endings,.groups{list-style:none;padding:0;margin:0}.endings li{margin:.15rem 0}
.group{border:1px solid var(--line);border-left:.3rem solid var(--bad);border-radius:.3rem;padding:.6rem .8rem;margin:.6rem 0}
.group.open{border-left-color:var(--doubt)}.tip{background:var(--soft);border-radius:.3rem;padding:.3rem .5rem}.lines{color:var(--dim)}
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.3rem .5rem;border-bottom:1px solid var(--line);vertical-align:top;font-weight:400}thead th{background:var(--soft);font-weight:600}
a{color:inherit}code,pre{background:var(--soft);padding:.1rem .3rem;border-radius:.2rem;font-size:.9em}pre{padding:.6rem;white-space:pre-wrap}.command{display:block;user-select:all;padding:.35rem .5rem;margin:.2rem 0}
details>summary{cursor:pointer;padding:.3rem 0}footer{margin-top:2.5rem;border-top:1px solid var(--line);font-size:.9rem}
@media print{:root{--line:#bbb;--soft:#f3f3f3;--ink:#000;--dim:#444;--paper:#fff;--good:#17723b;--bad:#a8271b;--doubt:#8a4b00;--calm:#5b6676;--on:#fff}body{font-size:10pt;padding:0;max-width:none}h2{margin:.8rem 0 .3rem}.group{padding:.25rem .5rem;margin:.3rem 0;break-inside:avoid}.bar{-webkit-print-color-adjust:exact;print-color-adjust:exact}p{margin:.15rem 0}}`;
