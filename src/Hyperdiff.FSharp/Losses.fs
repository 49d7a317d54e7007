namespace Hyperdiff.FSharp

open Hyperdiff

/// <summary>Losses by which models are trained and judged; targets first, predictions last.</summary>
[<RequireQualifiedAccess>]
module Losses =

    /// <summary>The mean of <c>softplus(z) − t z</c> over all elements: logits z, targets t from 0 to 1.</summary>
    [<CompiledName("BinaryCrossEntropyWithLogits")>]
    let binaryCrossEntropyWithLogits (targets: Tensor) (logits: Tensor) =
        Losses.BinaryCrossEntropyWithLogits(logits, targets)

    /// <summary>The mean over the batch of <c>−ln softmax(z)</c> at the label: logits <c>[n, classes]</c>, labels int32 <c>[n]</c> or probabilities <c>[n,
    /// classes]</c>.</summary>
    [<CompiledName("CrossEntropy")>]
    let crossEntropy (labels: Tensor) (logits: Tensor) = Losses.CrossEntropy(logits, labels)

    /// <summary>The mean of <c>(y − t)²</c>.</summary>
    [<CompiledName("MeanSquaredError")>]
    let meanSquaredError (targets: Tensor) (predictions: Tensor) =
        Losses.MeanSquaredError(predictions, targets)

    /// <summary>The mean of <c>|y − t|</c>.</summary>
    [<CompiledName("MeanAbsoluteError")>]
    let meanAbsoluteError (targets: Tensor) (predictions: Tensor) =
        Losses.MeanAbsoluteError(predictions, targets)

    /// <summary>The mean of <c>r²/2</c> for residuals up to δ, of <c>δ (|r| − δ/2)</c> beyond.</summary>
    [<CompiledName("Huber")>]
    let huber (delta: float) (targets: Tensor) (predictions: Tensor) =
        Losses.Huber(predictions, targets, delta)

    /// <summary>The mean of <c>max(0, 1 − t y)</c>: targets t are −1 or 1.</summary>
    [<CompiledName("Hinge")>]
    let hinge (targets: Tensor) (predictions: Tensor) = Losses.Hinge(predictions, targets)

    /// <summary>The mean over the batch of <c>Σ p (ln p − ln q)</c>: logarithms of targets p and of predictions q, both <c>[n, classes]</c>.</summary>
    [<CompiledName("KullbackLeibler")>]
    let kullbackLeibler (logTargets: Tensor) (logPredictions: Tensor) =
        Losses.KullbackLeibler(logPredictions, logTargets)

    /// <summary>The cross-entropy with labels of which a part, from 0 to 1, is spread over all classes.</summary>
    [<CompiledName("SmoothedCrossEntropy")>]
    let smoothedCrossEntropy (smoothing: float) (labels: Tensor) (logits: Tensor) =
        Losses.CrossEntropy(logits, labels, smoothing)
