namespace Hyperdiff.FSharp

open Hyperdiff

/// <summary>Tensors in files of NumPy.</summary>
[<RequireQualifiedAccess>]
module NumpyFile =

    /// <summary>Reads the tensor in a <c>.npy</c> file.</summary>
    [<CompiledName("Read")>]
    let read (path: string) = NumpyFile.Read path

    /// <summary>Writes a tensor to a <c>.npy</c> file; one that exists is replaced.</summary>
    [<CompiledName("Write")>]
    let write (path: string) (tensor: Tensor) = NumpyFile.Write(path, tensor)

    /// <summary>Reads the tensors of an <c>.npz</c> archive by their names.</summary>
    [<CompiledName("ReadArchive")>]
    let readArchive (path: string) =
        NumpyFile.ReadArchive path |> Seq.map (|KeyValue|) |> Map.ofSeq

    /// <summary>Writes tensors to an <c>.npz</c> archive by their names; one that exists is replaced.</summary>
    [<CompiledName("WriteArchive")>]
    let writeArchive (path: string) (tensors: Map<string, Tensor>) = NumpyFile.WriteArchive(path, tensors)
