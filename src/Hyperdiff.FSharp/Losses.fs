namespace Hyperdiff.FSharp

open Hyperdiff

/// <summary>Losses that models are trained and judged by; targets first, predictions last.</summary>
[<RequireQualifiedAccess>]
module Losses =

    /// <summary>The mean of <c>softplus(z) − t z</c> over all elements: logits z, targets t from 0 to 1.</summary>
    [<CompiledName("BinaryCrossEntropyWithLogits")>]
    let binaryCrossEntropyWithLogits (targets: Tensor) (logits: Tensor) =
        Losses.BinaryCrossEntropyWithLogits(logits, targets)

    /// <summary>The mean over the batch of <c>−ln softmax(z)</c> at the label: logits <c>[n, classes]</c>, labels int32 <c>[n]</c> or probabilities <c>[n, classes]</c>.</summary>
    [<CompiledName("CrossEntropy")>]
    let crossEntropy (labels: Tensor) (logits: Tensor) = Losses.CrossEntropy(logits, labels)

    /// <summary>The mean of <c>(y − t)²</c>.</summary>
    [<CompiledName("MeanSquaredError")>]
    let meanSquaredError (targets: Tensor) (predictions: Tensor) =
        Losses.MeanSquaredError(predictions, targets)
