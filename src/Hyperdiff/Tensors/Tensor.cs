using System.Text.Json.Serialization;
using Hyperdiff.Json;

namespace Hyperdiff;

/// <summary>An immutable array of numbers with a shape and an element type.</summary>
/// <remarks>
/// Elements lie row-major: the last axis varies fastest. Inside a transformation (<c>Grad</c>, <c>Jvp</c>, a compiled form) a tensor stands for a value of
/// the graph under construction; it behaves the same, and reading it evaluates what it depends on. Binary operations broadcast: shapes are aligned at the last
/// axis, and a size of 1, or an absent axis, stretches. Both operands must have the same element type; a C# number takes that of the tensor it meets.
/// </remarks>
[JsonConverter(typeof(JsonValueConverter<Tensor>))]
public sealed partial class Tensor
{
    /// <summary>A tensor over a storage. For backends; everyone else constructs tensors by <c>From</c>, <c>Zeros</c> and the like.</summary>
    public Tensor(TensorType type, TensorStorage storage)
    {
        ArgumentNullException.ThrowIfNull(storage);
        Type = type;
        Storage = storage;
    }

    /// <summary>Element type and shape together.</summary>
    public TensorType Type { get; }

    /// <summary>The sizes, outermost first.</summary>
    public Shape Shape => Type.Shape;

    /// <summary>The element type.</summary>
    public DType DType => Type.DType;

    /// <summary>The number of axes.</summary>
    public int Rank => Shape.Rank;

    /// <summary>The number of elements.</summary>
    public int Count => Shape.ElementCount;

    /// <summary>What stands behind the tensor.</summary>
    public TensorStorage Storage { get; }

    /// <summary>The same elements under a type with as many.</summary>
    internal Tensor As(TensorType type) => Type == type ? this : new Tensor(type, Storage);

    /// <summary>Zeros of a type.</summary>
    internal static Tensor ZerosOf(TensorType type) => Zeros(type.Shape, type.DType).As(type);

    /// <summary>The elements, for a person to read: long axes are abbreviated, small numbers keep their digits.</summary>
    /// <remarks>A traced tensor prints its type only: printing must not change what is traced.</remarks>
    public override string ToString() => Storage.HasElements
        ? TensorFormatter.Format(Type, Storage.Read(Type))
        : $"{Type} (traced)";
}
