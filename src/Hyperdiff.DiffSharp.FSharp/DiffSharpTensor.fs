namespace Hyperdiff.DiffSharp.FSharp

open Hyperdiff
open Hyperdiff.DiffSharp
open Hyperdiff.FSharp

/// Trees of structures of DiffSharp tensors, which F# would otherwise take for a union.
module internal Trees =

    let find<'T> () : Tree<'T> =
        DiffSharpTree.Register()
        Tree.find<'T>

/// <summary>Tensors across the border, without a copy where the memory allows it.</summary>
[<RequireQualifiedAccess>]
module DiffSharpTensor =

    /// <summary>The tensor for Hyperdiff: on DiffSharp's reference backend the same array, on any other where it lies.</summary>
    /// <exception cref="T:Hyperdiff.DTypeMismatchException">It is not of Float32, Float64, Int32 or Bool.</exception>
    /// <exception cref="T:System.InvalidOperationException">It takes part in a differentiation by DiffSharp.</exception>
    [<CompiledName("ToHyperdiff")>]
    let toHyperdiff (tensor: global.DiffSharp.Tensor) : Tensor = DiffSharpTensors.ToHyperdiff tensor

    /// <summary>The tensor for DiffSharp, where it lies: a host tensor on DiffSharp's reference backend.</summary>
    [<CompiledName("FromHyperdiff")>]
    let fromHyperdiff (tensor: Tensor) : global.DiffSharp.Tensor = DiffSharpTensors.ToDiffSharp tensor

    /// <summary>The tensor in memory of a device and a backend of DiffSharp's, where what is computed with it is computed.</summary>
    /// <param name="device">The device.</param>
    /// <param name="backend">DiffSharp's backend.</param>
    /// <param name="tensor">A tensor of Hyperdiff's.</param>
    [<CompiledName("Place")>]
    let place (device: global.DiffSharp.Device) (backend: global.DiffSharp.Backend) (tensor: Tensor) : Tensor =
        tensor.To(DiffSharpBackend.Of(device, backend))

    /// <summary>A structure with the leaves of another: of DiffSharp tensors instead of Hyperdiff's, or the other way round.</summary>
    /// <param name="like">A structure with as many leaves.</param>
    /// <param name="from">The structure whose leaves are taken.</param>
    [<CompiledName("Converted")>]
    let converted (like: 'To) (from: 'From) : 'To =
        DiffSharpForms.Converted(from, like, Trees.find<'From> (), Trees.find<'To> ())
