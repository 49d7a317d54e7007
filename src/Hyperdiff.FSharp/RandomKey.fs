namespace Hyperdiff.FSharp

open Hyperdiff

/// <summary>Random numbers as functions of a key: the same as the methods in C#, float64, with the key last.</summary>
[<RequireQualifiedAccess>]
module RandomKey =

    /// <summary>The key of a number.</summary>
    [<CompiledName("FromSeed")>]
    let fromSeed (seed: int64) = RandomKey.FromSeed seed

    /// <summary>Independent keys, one for each use.</summary>
    [<CompiledName("Split")>]
    let split (count: int) (key: RandomKey) = key.Split count |> List.ofArray

    /// <summary>The same keys as one value, one for each item of a batch.</summary>
    [<CompiledName("SplitBatch")>]
    let splitBatch (count: int) (key: RandomKey) = key.SplitBatch count

    /// <summary>The key for some number: of an iteration, of a sample.</summary>
    [<CompiledName("Fold")>]
    let fold (data: int) (key: RandomKey) = key.Fold data

    /// <summary>Random int32 numbers, all equally likely.</summary>
    [<CompiledName("Bits")>]
    let bits (sizes: int list) (key: RandomKey) = key.Bits(sized sizes)

    /// <summary>Numbers from [0, 1).</summary>
    [<CompiledName("Uniform")>]
    let uniform (sizes: int list) (key: RandomKey) = key.Uniform(sized sizes)

    /// <summary>Numbers from [0, 1) in an element type.</summary>
    [<CompiledName("UniformOf")>]
    let uniformOf (dtype: DType) (sizes: int list) (key: RandomKey) = key.Uniform(sized sizes, dtype)

    /// <summary>Numbers from [low, high).</summary>
    [<CompiledName("UniformBetween")>]
    let uniformBetween (low: float) (high: float) (sizes: int list) (key: RandomKey) = key.Uniform(sized sizes, low, high)

    /// <summary>Numbers from [low, high) in an element type.</summary>
    [<CompiledName("UniformBetweenOf")>]
    let uniformBetweenOf (dtype: DType) (low: float) (high: float) (sizes: int list) (key: RandomKey) = key.Uniform(sized sizes, low, high, dtype)

    /// <summary>Numbers of the normal distribution with mean 0 and variance 1.</summary>
    [<CompiledName("Normal")>]
    let normal (sizes: int list) (key: RandomKey) = key.Normal(sized sizes)

    /// <summary>Numbers of the standard normal distribution in an element type.</summary>
    [<CompiledName("NormalOf")>]
    let normalOf (dtype: DType) (sizes: int list) (key: RandomKey) = key.Normal(sized sizes, dtype)

    /// <summary>Numbers of the standard normal distribution that lie in an interval.</summary>
    [<CompiledName("TruncatedNormal")>]
    let truncatedNormal (low: float) (high: float) (sizes: int list) (key: RandomKey) =
        key.TruncatedNormal(sized sizes, low, high)

    /// <summary>Numbers of the standard normal distribution that lie in an interval, in an element type.</summary>
    [<CompiledName("TruncatedNormalOf")>]
    let truncatedNormalOf (dtype: DType) (low: float) (high: float) (sizes: int list) (key: RandomKey) =
        key.TruncatedNormal(sized sizes, low, high, dtype)

    /// <summary>Numbers of the Gumbel distribution.</summary>
    [<CompiledName("Gumbel")>]
    let gumbel (sizes: int list) (key: RandomKey) = key.Gumbel(sized sizes)

    /// <summary>Numbers of the Gumbel distribution in an element type.</summary>
    [<CompiledName("GumbelOf")>]
    let gumbelOf (dtype: DType) (sizes: int list) (key: RandomKey) = key.Gumbel(sized sizes, dtype)

    /// <summary>A mask whose elements are true with a probability.</summary>
    [<CompiledName("Bernoulli")>]
    let bernoulli (probability: float) (sizes: int list) (key: RandomKey) = key.Bernoulli(sized sizes, probability)

    /// <summary>Classes with the probabilities softmax(logits), so many for each row of logits.</summary>
    [<CompiledName("Categorical")>]
    let categorical (logits: Tensor) (sizes: int list) (key: RandomKey) = key.Categorical(logits, sized sizes)

    /// <summary>The numbers 0 … n − 1 in random order, int32.</summary>
    [<CompiledName("Permutation")>]
    let permutation (count: int) (key: RandomKey) = key.Permutation count

    /// <summary>Whole numbers from [low, high), int32.</summary>
    [<CompiledName("Integers")>]
    let integers (low: int) (high: int) (sizes: int list) (key: RandomKey) = key.Integers(sized sizes, low, high)
