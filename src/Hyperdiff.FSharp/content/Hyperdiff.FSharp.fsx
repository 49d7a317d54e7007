// F# Interactive runs this after #r "nuget: Hyperdiff.FSharp".
fsi.AddPrintTransformer Hyperdiff.FSharp.Interactive.show
