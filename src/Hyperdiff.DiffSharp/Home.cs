using Hyperdiff.Graphs;

namespace Hyperdiff.DiffSharp;

/// <summary>The device and the backend that a program's operands are put on: where the tensors lie that it captured.</summary>
/// <param name="Device">The device.</param>
/// <param name="Backend">The backend.</param>
internal sealed record Home(DiffDevice Device, DiffBackend Backend)
{
    private static readonly Home s_host = new(DiffDevice.CPU, DiffBackend.Reference);

    /// <summary>That of the tensors of a backend.</summary>
    public static Home Of(IBackend backend) => backend is DiffSharpBackend ours ? ours.Home : s_host;

    /// <summary>A tensor of Hyperdiff's for a program.</summary>
    public DiffTensor Take(Tensor tensor) => tensor.ToDiffSharp(Device, Backend);

    /// <summary>A program's result.</summary>
    /// <param name="result">The result.</param>
    /// <param name="type">What it must be.</param>
    /// <param name="name">The program's name.</param>
    /// <exception cref="ShapeMismatchException">It is of another type.</exception>
    /// <exception cref="InvalidOperationException">It lies elsewhere.</exception>
    public Tensor Give(DiffTensor result, TensorType type, string name)
    {
        RawTensor raw = Storages.Plain(result ?? throw new InvalidOperationException($"{name} returned null instead of a tensor of type {type}."));
        if (!raw.Device.Equals(Device) || !raw.Backend.Equals(Backend))
        {
            throw new InvalidOperationException(
                $"{name} was given tensors on {this} and returned one on {new Home(raw.Device, raw.Backend)}; what it captures must lie where its arguments "
                    + "do: tensor.move(device, dtype, backend), or say where they are to be put.");
        }

        TensorType found = Storages.TypeOf(raw);
        return found == type
            ? result.ToHyperdiff()
            : throw new ShapeMismatchException(
                $"{name} must return {type}, and returned {found}{(found.DType == type.DType ? string.Empty : "; DiffSharp makes tensors of float32 unless "
                    + "told otherwise: pass the dtype, or dsharp.config(dtype=Dtype.Float64)")}.");
    }

    /// <summary><c>Torch (cuda:0)</c>.</summary>
    public override string ToString() =>
        $"{Backend.Name} ({Device.DeviceType.ToString().ToLowerInvariant()}{(Device.DeviceIndex < 0 ? string.Empty : $":{Device.DeviceIndex}")})";
}
