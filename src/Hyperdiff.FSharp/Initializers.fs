namespace Hyperdiff.FSharp

open Hyperdiff

/// <summary>Random initial weights: the same as <c>Initializers</c> in C#, float64 and with the usual gain, sizes first and key last.</summary>
[<RequireQualifiedAccess>]
module Initializers =

    /// <summary>Normal numbers of variance 2/fan-in.</summary>
    [<CompiledName("KaimingNormal")>]
    let kaimingNormal (sizes: int list) (key: RandomKey) = Initializers.KaimingNormal(key, sized sizes)

    /// <summary>The same in an element type.</summary>
    [<CompiledName("KaimingNormalOf")>]
    let kaimingNormalOf (dtype: DType) (sizes: int list) (key: RandomKey) =
        Initializers.KaimingNormal(key, sized sizes, dtype = dtype)

    /// <summary>Numbers equally likely within ±√(6/fan-in).</summary>
    [<CompiledName("KaimingUniform")>]
    let kaimingUniform (sizes: int list) (key: RandomKey) = Initializers.KaimingUniform(key, sized sizes)

    /// <summary>The same in an element type.</summary>
    [<CompiledName("KaimingUniformOf")>]
    let kaimingUniformOf (dtype: DType) (sizes: int list) (key: RandomKey) =
        Initializers.KaimingUniform(key, sized sizes, dtype = dtype)

    /// <summary>Normal numbers of variance 1/fan-in.</summary>
    [<CompiledName("LecunNormal")>]
    let lecunNormal (sizes: int list) (key: RandomKey) = Initializers.LecunNormal(key, sized sizes)

    /// <summary>The same in an element type.</summary>
    [<CompiledName("LecunNormalOf")>]
    let lecunNormalOf (dtype: DType) (sizes: int list) (key: RandomKey) =
        Initializers.LecunNormal(key, sized sizes, dtype = dtype)

    /// <summary>Numbers equally likely within ±√(3/fan-in).</summary>
    [<CompiledName("LecunUniform")>]
    let lecunUniform (sizes: int list) (key: RandomKey) = Initializers.LecunUniform(key, sized sizes)

    /// <summary>The same in an element type.</summary>
    [<CompiledName("LecunUniformOf")>]
    let lecunUniformOf (dtype: DType) (sizes: int list) (key: RandomKey) =
        Initializers.LecunUniform(key, sized sizes, dtype = dtype)

    /// <summary>Normal numbers of variance 2/(fan-in + fan-out).</summary>
    [<CompiledName("XavierNormal")>]
    let xavierNormal (sizes: int list) (key: RandomKey) = Initializers.XavierNormal(key, sized sizes)

    /// <summary>The same in an element type.</summary>
    [<CompiledName("XavierNormalOf")>]
    let xavierNormalOf (dtype: DType) (sizes: int list) (key: RandomKey) =
        Initializers.XavierNormal(key, sized sizes, dtype = dtype)

    /// <summary>Numbers equally likely within ±√(6/(fan-in + fan-out)).</summary>
    [<CompiledName("XavierUniform")>]
    let xavierUniform (sizes: int list) (key: RandomKey) = Initializers.XavierUniform(key, sized sizes)

    /// <summary>The same in an element type.</summary>
    [<CompiledName("XavierUniformOf")>]
    let xavierUniformOf (dtype: DType) (sizes: int list) (key: RandomKey) =
        Initializers.XavierUniform(key, sized sizes, dtype = dtype)
