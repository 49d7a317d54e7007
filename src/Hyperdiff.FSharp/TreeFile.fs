namespace Hyperdiff.FSharp

open Hyperdiff

/// <summary>Saves and loads structures of tensors: records of F# as well.</summary>
[<RequireQualifiedAccess>]
module TreeFile =

    /// <summary>Saves a structure; a file that exists is replaced, whole or not at all.</summary>
    [<CompiledName("Save")>]
    let save (path: string) (value: 'T) = TreeFile.Save(path, value, Tree.find<'T>)

    /// <summary>Loads a structure like another one.</summary>
    [<CompiledName("Load")>]
    let load (path: string) (like: 'T) : 'T = TreeFile.Load(path, like, Tree.find<'T>)
