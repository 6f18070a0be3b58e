/// The landing page's style, inside the page so that it is one response. `LandingPage.contentSecurityPolicy` names its
/// digest, which a test recomputes.
enum LandingStyle {
    static let text: StaticString = """
        :root{color-scheme:light dark;--paper:#fbfaf7;--card:#fff;--ink:#1b1e23;--soft:#5b6270;--line:#e2dfd7;\
        --accent:#9a3412;--good:#166534;--good-back:#dcfce7;--bad:#991b1b;--bad-back:#fee2e2;--code:#f4f1ea}
        @media(prefers-color-scheme:dark){:root{--paper:#14161a;--card:#1b1e24;--ink:#e9e7e2;--soft:#a2a8b4;\
        --line:#2e323a;--accent:#fb923c;--good:#86efac;--good-back:#12301d;--bad:#fca5a5;--bad-back:#3b1517;\
        --code:#101216}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.6 system-ui,-apple-system,"Segoe UI",\
        Roboto,"Helvetica Neue",sans-serif;-webkit-text-size-adjust:100%}
        main,footer{max-width:60rem;margin:0 auto;padding:0 1.25rem}
        main{padding-top:3.5rem}
        header{display:flex;flex-wrap:wrap;align-items:center;gap:.75rem 1rem}
        header svg{width:2.25rem;height:2.25rem;fill:var(--accent)}
        h1{margin:0;font-size:1.9rem;letter-spacing:-.02em;line-height:1.2}
        h2{margin:2.75rem 0 .75rem;font-size:1.05rem}
        p{margin:.75rem 0}
        .lead{max-width:44rem;color:var(--soft);font-size:1.1rem}
        .state{display:inline-flex;align-items:center;gap:.45rem;padding:.15rem .7rem;border-radius:1rem;\
        font-size:.85rem;font-weight:600}
        .state::before{content:"";width:.5rem;height:.5rem;border-radius:50%;background:currentColor}
        .ready{color:var(--good);background:var(--good-back)}
        .waiting{color:var(--bad);background:var(--bad-back)}
        .reasons{margin:1rem 0;padding:.75rem 1rem .75rem 2rem;border-left:3px solid var(--bad);background:var(--card)}
        code,pre{font:.875rem/1.6 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
        code{overflow-wrap:anywhere}
        pre{margin:.75rem 0;padding:1rem 1.25rem;overflow-x:auto;background:var(--code);border:1px solid var(--line);\
        border-radius:.6rem}
        pre code{overflow-wrap:normal}
        .scroll{overflow-x:auto;background:var(--card);border:1px solid var(--line);border-radius:.6rem}
        table{width:100%;border-collapse:collapse;font-size:.925rem}
        th,td{padding:.6rem 1rem;text-align:left;vertical-align:top}
        thead th{color:var(--soft);font-size:.8rem;font-weight:600}
        tbody{border-top:1px solid var(--line)}
        tbody th{min-width:12rem;font-weight:600}
        tbody th code{display:block;color:var(--soft);font-weight:400}
        .number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
        a{color:var(--accent);text-underline-offset:.2em}
        a:focus-visible,[tabindex]:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
        footer{margin-top:3rem;padding-bottom:3rem;color:var(--soft);font-size:.875rem}
        footer a{margin-right:1rem}
        @media print{body{background:#fff;color:#000}}
        """
}
