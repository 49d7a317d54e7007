using System.Runtime.CompilerServices;
using Hyperdiff.Graphs;
using Hyperdiff.Primitives;

namespace Hyperdiff.DiffSharp;

/// <summary>Elements in other places.</summary>
internal static class Rearrangements
{
    private const int MostNumberings = 64;

    private static readonly RecentlyUsed<(Home, Primitive, Shape), RawTensor> s_numberings = new(MostNumberings);
    private static readonly ConditionalWeakTable<RawTensor, StrongBox<(int Least, int Greatest)>> s_ranges = [];

    public static RawTensor Fill(KernelCall call)
    {
        Tensor constant = call.Backend.Constant(call.Result, ((Fill)call.Primitive).Scalar);
        RawTensor kept = DiffSharpBackend.RawOf(constant).Keep();
        ((DeviceStorage)constant.Storage).Release();
        return kept;
    }

    public static RawTensor BroadcastTo(KernelCall call)
    {
        int[] target = call.Result.Shape.Sizes.ToArray();

        // DiffSharp stretches a scalar over one axis only where it has one
        RawTensor x = call.X.Dim == 0 ? call.View(call.X, 1) : call.X;
        return target.Length == 0 ? call.View(x) : call.Expand(x, target);
    }

    public static RawTensor Slice(KernelCall call)
    {
        var slice = (Slice)call.Primitive;
        if (slice.Steps.Items.Any(step => step != 1))
        {
            return ByNumber(call);
        }

        var bounds = new int[slice.Starts.Count, 3];
        for (int i = 0; i < slice.Starts.Count; i++)
        {
            (bounds[i, 0], bounds[i, 1]) = (slice.Starts[i], slice.Starts[i] + slice.Counts[i] - 1);
        }

        return call.Scratch.Add(call.X.GetSlice(bounds));
    }

    /// <summary>Whatever moves elements and makes zeros: the numbers of the elements, moved by the definition of the primitive, say where each comes
    /// from.</summary>
    public static RawTensor ByNumber(KernelCall call)
    {
        TensorType type = Storages.TypeOf(call.X);
        (Home, Primitive, Shape) key = (call.Backend.Home, call.Primitive, type.Shape);
        return call.Numbered(call.X, s_numberings.Find(key) ?? s_numberings.Keep(key, NumbersOf((Operation)call.Primitive, call)));
    }

    /// <summary>For every element of the result the elements that it is the sum of, by their numbers, with zeros where there are fewer than
    /// elsewhere.</summary>
    public static RawTensor OverlapAdd(KernelCall call)
    {
        TensorType type = Storages.TypeOf(call.X);
        (Home, Primitive, Shape) key = (call.Backend.Home, call.Primitive, type.Shape);
        RawTensor terms = s_numberings.Find(key) ?? s_numberings.Keep(key, TermsOf((OverlapAdd)call.Primitive, call));
        return call.Sum(call.Numbered(call.X, terms), 0);
    }

    /// <summary>Elements along an axis by indices, which are looked at on the host once, to refuse what is out of range.</summary>
    public static RawTensor Take(KernelCall call)
    {
        var take = (Take)call.Primitive;
        int[] whole = call.X.Shape;
        RequireInside(call.Y, take.Name, whole[take.Axis]);
        int batch = Count(whole.AsSpan(..take.Batch)), before = Count(whole.AsSpan(take.Batch..take.Axis)), after = Count(whole.AsSpan((take.Axis + 1)..));
        int chosen = call.Y.Nelement / batch;
        RawTensor indices = call.Expand(call.View(call.Y, batch, 1, chosen, 1), batch, before, chosen, after);
        return call.Scratch.Add(call.View(call.X, batch, before, whole[take.Axis], after).GatherT(2, indices));
    }

    /// <summary>Labels compared with all classes.</summary>
    public static RawTensor OneHot(KernelCall call)
    {
        var one = (OneHot)call.Primitive;
        RequireInside(call.X, one.Name, one.Classes);
        int count = call.X.Nelement;
        RawTensor classes = call.Scratch.Add(Storages.Wrap(Tensor.Arange(one.Classes).Read(), call.Backend.Device, call.Backend.Backend));
        RawTensor equal = call.Scratch.Add(call.Expand(call.View(call.X, count, 1), count, one.Classes)
            .EqTT(call.Expand(call.View(classes, 1, one.Classes), count, one.Classes)));
        return call.Cast(equal, one.Target);
    }

    // one transfer for indices that do not change, however often they are used
    private static void RequireInside(RawTensor indices, string name, int size)
    {
        (int least, int greatest) = s_ranges.GetValue(indices, raw =>
        {
            ReadOnlySpan<int> all = Storages.Read(raw, Storages.TypeOf(raw)).AsSpan<int>();
            return new StrongBox<(int, int)>((System.Numerics.Tensors.TensorPrimitives.Min(all), System.Numerics.Tensors.TensorPrimitives.Max(all)));
        }).Value;
        Indexing.RequireInside(name, least, size);
        Indexing.RequireInside(name, greatest, size);
    }

    private static RawTensor TermsOf(OverlapAdd add, KernelCall call)
    {
        // the transpose says where each element goes
        var whole = Numbers(call.Result.Shape);
        var operand = new Operand(new TensorType(DType.Int32, new Shape(call.X.Shape)), null);
        ReadOnlySpan<int> places = add.TransposeOf(Tensor.FromHost(whole), [operand])[0]!.Read().AsSpan<int>();
        var terms = new List<int>[call.Result.Shape.ElementCount];
        for (int i = 0; i < places.Length; i++)
        {
            (terms[places[i] - 1] ??= []).Add(i + 1);
        }

        int most = terms.Max(all => all?.Count ?? 0);
        var table = HostArray.Allocate(new TensorType(DType.Int32, [Math.Max(most, 1), terms.Length]));
        for (int place = 0; place < terms.Length; place++)
        {
            for (int term = 0; term < (terms[place]?.Count ?? 0); term++)
            {
                table.AsSpan<int>()[(term * terms.Length) + place] = terms[place][term];
            }
        }

        return Storages.Wrap(table, call.Backend.Device, call.Backend.Backend);
    }

    private static int Count(ReadOnlySpan<int> sizes)
    {
        int product = 1;
        foreach (int size in sizes)
        {
            product *= size;
        }

        return product;
    }

    private static HostArray Numbers(Shape shape)
    {
        var numbers = HostArray.Allocate(new TensorType(DType.Int32, shape));
        Span<int> all = numbers.AsSpan<int>();
        for (int i = 0; i < all.Length; i++)
        {
            all[i] = i + 1;
        }

        return numbers;
    }

    private static RawTensor NumbersOf(Operation operation, KernelCall call)
    {
        var moved = HostArray.Allocate(call.Result with { DType = DType.Int32 });
        operation.Evaluate([Numbers(new Shape(call.X.Shape))], moved);
        return Storages.Wrap(moved, call.Backend.Device, call.Backend.Backend);
    }
}
