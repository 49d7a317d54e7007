namespace Hyperdiff.FSharp

open Hyperdiff

/// <summary>The layers of neural networks as functions: parameters first, the input last. Layouts are those of PyTorch; ε has its usual value.</summary>
[<RequireQualifiedAccess>]
module Layers =

    /// <summary><c>x Wᵀ + b</c>: weight <c>[out, in]</c>, bias <c>[out]</c>, x <c>[…, in]</c>.</summary>
    [<CompiledName("Linear")>]
    let linear (weight: Tensor) (bias: Tensor) (x: Tensor) = Layers.Linear(x, weight, bias)

    /// <summary>Rows of a table <c>[n, features]</c>, chosen by int32 indices.</summary>
    [<CompiledName("Embedding")>]
    let embedding (table: Tensor) (indices: Tensor) = Layers.Embedding(indices, table)

    /// <summary>Zeros with a probability, the rest scaled up: one key for one use.</summary>
    [<CompiledName("Dropout")>]
    let dropout (rate: float) (key: RandomKey) (x: Tensor) = Layers.Dropout(x, key, rate)

    /// <summary>Mean 0 and variance 1 over the last axes, as many as the weight has; then scaled and shifted.</summary>
    [<CompiledName("LayerNorm")>]
    let layerNorm (weight: Tensor) (bias: Tensor) (x: Tensor) = Layers.LayerNorm(x, weight, bias)

    /// <summary>Mean square 1 over the last axes, as many as the weight has; then scaled.</summary>
    [<CompiledName("RmsNorm")>]
    let rmsNorm (weight: Tensor) (x: Tensor) = Layers.RmsNorm(x, weight)

    /// <summary>Channels <c>[n, channels, …]</c> normalised by known mean and variance; then scaled and shifted.</summary>
    [<CompiledName("BatchNorm")>]
    let batchNorm (statistics: struct (Tensor * Tensor)) (weight: Tensor) (bias: Tensor) (x: Tensor) =
        Layers.BatchNorm(x, weight, bias, statistics)

    /// <summary>Channels normalised by the mean and variance of the batch, and the running statistics after it.</summary>
    [<CompiledName("BatchNormTraining")>]
    let batchNormTraining (momentum: float) (running: struct (Tensor * Tensor)) (weight: Tensor) (bias: Tensor) (x: Tensor) =
        Layers.BatchNormTraining(x, weight, bias, running, momentum)

    /// <summary>The next state of a gated recurrent unit; gates in the order r, z, n; weights of input and state, then their biases.</summary>
    [<CompiledName("GruCell")>]
    let gruCell (weights: struct (Tensor * Tensor * Tensor * Tensor)) (state: Tensor) (x: Tensor) = Layers.GruCell(x, state, weights)

    /// <summary>The next hidden and cell state of a long short-term memory; gates in the order i, f, g, o; weights of input and state, then their
    /// biases.</summary>
    [<CompiledName("LstmCell")>]
    let lstmCell (weights: struct (Tensor * Tensor * Tensor * Tensor)) (state: struct (Tensor * Tensor)) (x: Tensor) =
        Layers.LstmCell(x, state, weights)

    /// <summary><c>softmax(Q Kᵀ/√d) V</c>.</summary>
    [<CompiledName("Attention")>]
    let attention (keys: Tensor) (values: Tensor) (queries: Tensor) = Layers.Attention(queries, keys, values)
