namespace Hyperdiff.Reports;

/// <summary>The style sheet of a report: light and dark, wide and narrow, on a screen and on paper.</summary>
internal static class ReportStyle
{
    /// <summary>The sheet.</summary>
    public const string Sheet = """
        :root{color-scheme:light dark;--page:#fff;--card:#f7f7f8;--ink:#1c1c21;--muted:#5c5c66;--grid:#d9d9de;--warn:#c4290a;
        --line1:#1b66b0;--line2:#b4520a;--line3:#20784a;--line4:#7b46b3;--line5:#ab2b62;--line6:#5f6300;--line7:#0b7480;--line8:#5a5a66}
        @media (prefers-color-scheme:dark){:root{--page:#141417;--card:#1d1d21;--ink:#ececf0;--muted:#a5a5b0;--grid:#3b3b43;--warn:#ff7a5c;
        --line1:#6cb0f5;--line2:#f2a05c;--line3:#6fcf97;--line4:#c6a2f2;--line5:#f58bb5;--line6:#cdd163;--line7:#5fd0dc;--line8:#b4b4c0}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--page);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
        header,main{max-width:78rem;margin:0 auto;padding:0 1rem}
        h1{font-size:1.6rem;margin:1.5rem 0 .25rem;overflow-wrap:anywhere}
        h2{font-size:1.15rem;margin:2rem 0 .5rem}
        h3{font-size:1rem;margin:0 0 .25rem;overflow-wrap:anywhere}
        .lead,.note{color:var(--muted);margin:.25rem 0}
        .note{font-size:.85rem}
        .grid{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,27rem),1fr));gap:1rem}
        .run{min-width:0;display:grid;gap:1rem;align-content:start}
        figure{margin:0;padding:.75rem;background:var(--card);border-radius:.5rem;min-width:0}
        figcaption{display:flex;flex-wrap:wrap;gap:.1rem 1rem;font-size:.9rem}
        figcaption strong{flex-basis:100%;overflow-wrap:anywhere}
        svg{display:block;width:100%;height:auto}
        svg text{font-family:system-ui,sans-serif}
        .key{display:inline-flex;align-items:center;gap:.35rem;min-width:0}
        .key b{color:var(--ink);font-weight:400;overflow-wrap:anywhere}
        .key i{flex:none;width:1.2rem;border-top:3px solid currentColor}
        .key i.dashed{border-top-style:dashed}
        .key i.band{border-top-width:.7rem;opacity:.35}
        .scroll{overflow-x:auto}
        table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:.9rem}
        th,td{padding:.2rem .75rem .2rem 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--grid)}
        thead th{white-space:nowrap}
        td.n,th.n{text-align:right;white-space:nowrap}
        .bad{color:var(--warn);font-weight:600}
        details{margin:.5rem 0}
        summary{cursor:pointer;overflow-wrap:anywhere}
        pre{white-space:pre-wrap;overflow-wrap:anywhere;background:var(--card);padding:.75rem;border-radius:.5rem;font:12px/1.45 ui-monospace,monospace}
        footer{max-width:78rem;margin:2rem auto;padding:0 1rem;color:var(--muted);font-size:.85rem}
        @media (max-width:32rem){svg text{font-size:18px}}
        @media print{figure,pre{break-inside:avoid}}
        """;
}
