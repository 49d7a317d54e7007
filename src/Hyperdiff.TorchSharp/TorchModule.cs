using TorchSharp;

namespace Hyperdiff.TorchSharp;

/// <summary>A module of TorchSharp as a pure function of its parameters and its inputs.</summary>
/// <remarks>
/// <code>
/// var net = TorchModule.Of(nn.Sequential(nn.Linear(784, 128), nn.Tanh(), nn.Linear(128, 10)));
/// var training = Objective.From((ModuleTensors w, Tensor h) => Losses.CrossEntropy(net.Forward(w, x), y) + (h.Exp() * w.Values.Sum(p => p.Square().Sum())));
/// </code>
/// While it runs, the module's own parameters show the memory of those that were passed; afterwards they are what they were. Nobody else may use the module
/// meanwhile: calls of functions here wait for each other. A graph of autograd that was recorded with the module before cannot be run backwards after.
/// </remarks>
public sealed class TorchModule : TorchFunction
{
    private readonly torch.nn.Module _module;
    private readonly (string Name, torch.Tensor Tensor)[] _parameters;
    private readonly (string Name, torch.Tensor Tensor)[] _buffers;
    private readonly bool[] _frozen;

    private TorchModule(torch.nn.Module module, Func<torch.Tensor[], torch.Tensor> forward, string name, Parts parts)
        : base(all => [forward(all[(parts.Parameters.Length + parts.Buffers.Length)..])], name, parts.Device)
    {
        (_module, _parameters, _buffers) = (module, parts.Parameters, parts.Buffers);
        _frozen = [.. _parameters.Select(parameter => !parameter.Tensor.requires_grad)];
        RefuseWhatIsRandom();
    }

    /// <summary>A copy of the parameters as they are now.</summary>
    public ModuleTensors Parameters => Copy(_parameters, _frozen);

    /// <summary>A copy of the buffers as they are now, but for those of other element types, such as counters.</summary>
    /// <remarks>They are never differentiated: libtorch has no derivative in the statistics of a normalization.</remarks>
    public ModuleTensors Buffers => Copy(_buffers, [.. _buffers.Select(_ => true)]);

    /// <summary>A module from one tensor to one.</summary>
    /// <param name="module">Any module in evaluation mode, or without layers that differ in training; all parameters on one device.</param>
    /// <param name="name">What it is called in messages; its own name if absent.</param>
    /// <exception cref="ArgumentException">A layer draws random numbers or keeps statistics while it is called, or parameters lie on several
    /// devices.</exception>
    public static TorchModule Of(torch.nn.Module<torch.Tensor, torch.Tensor> module, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(module);
        return Of(module, inputs => module.forward(inputs[0]), name);
    }

    /// <summary>A module that is called in a way of its own: with several inputs, or for a part of its results.</summary>
    /// <param name="module">The module whose parameters these are.</param>
    /// <param name="forward">Calls it: <c>x => lstm.forward(x[0]).Item1</c>.</param>
    /// <param name="name">What it is called in messages; its own name if absent.</param>
    /// <exception cref="ArgumentException">A layer draws random numbers or keeps statistics while it is called, or parameters lie on several
    /// devices.</exception>
    public static TorchModule Of(torch.nn.Module module, Func<torch.Tensor[], torch.Tensor> forward, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(module);
        ArgumentNullException.ThrowIfNull(forward);
        return new TorchModule(module, forward, name ?? module.GetName(), new Parts(module));
    }

    /// <summary>The output of the module, with its buffers as they are now.</summary>
    /// <param name="parameters">What its parameters are to be, of the same names, shapes and types.</param>
    /// <param name="inputs">The inputs, of any shapes that it takes.</param>
    /// <exception cref="ArgumentException">The parameters are those of another module.</exception>
    public Tensor Forward(ModuleTensors parameters, params Tensor[] inputs) => Forward(parameters, Buffers, inputs);

    /// <summary>The output of the module.</summary>
    /// <param name="parameters">What its parameters are to be, of the same names, shapes and types.</param>
    /// <param name="buffers">What its buffers are to be, of the same names, shapes and types.</param>
    /// <param name="inputs">The inputs, of any shapes that it takes.</param>
    /// <exception cref="ArgumentException">They are those of another module.</exception>
    public Tensor Forward(ModuleTensors parameters, ModuleTensors buffers, params Tensor[] inputs)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(buffers);
        ArgumentNullException.ThrowIfNull(inputs);
        RequireNames(parameters, _parameters, "parameters");
        RequireNames(buffers, _buffers, "buffers");
        return Call([.. parameters.Ordered, .. buffers.Ordered, .. inputs]);
    }

    /// <summary>Writes parameters into the module, such as those that were found.</summary>
    /// <param name="parameters">Of its names and types.</param>
    public void Load(ModuleTensors parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        RequireNames(parameters, _parameters, "parameters");
        using DisposeScope scope = torch.NewDisposeScope();
        using IDisposable still = torch.no_grad();
        foreach (((_, torch.Tensor own), Tensor given) in _parameters.Zip(parameters.Ordered))
        {
            own.copy_(given.ToTorch(own.device));
        }
    }

    private protected override void Require(TensorType[] operands)
    {
        RefuseWhatIsRandom();
        foreach (((string name, torch.Tensor own), TensorType given) in _parameters.Concat(_buffers).Zip(operands))
        {
            var type = new TensorType(own.dtype.ToHyperdiff(), own.ToShape());
            if (type != given)
            {
                throw new ShapeMismatchException($"{Name}: `{name}` is {type} in the module, and {given} was given; they must agree.");
            }
        }
    }

    private protected override void RequireDerivative(int operand)
    {
        if (operand >= _parameters.Length && operand < _parameters.Length + _buffers.Length)
        {
            throw new NotSupportedException(
                $"{Name}: the buffer `{_buffers[operand - _parameters.Length].Name}` depends on what is differentiated here, and libtorch has no derivative in "
                    + "buffers; stop its gradient, or make it a parameter of the module.");
        }
    }

    private protected override IEnumerable<(string Name, torch.Tensor Value)> Kept() =>
        _buffers.Concat(_module.named_buffers().Select(pair => (pair.name, pair.buffer)));

    private protected override IDisposable Open(torch.Tensor[] leaves)
    {
        torch.Tensor[] own = [.. _parameters.Concat(_buffers).Select(part => part.Tensor)];
        var replaced = new Replaced(own, _parameters.Length);
        try
        {
            replaced.With(leaves);
            return replaced;
        }
        catch
        {
            replaced.Dispose();
            throw;
        }
    }

    private static void RequireNames(ModuleTensors given, (string Name, torch.Tensor Tensor)[] own, string what)
    {
        if (!given.Keys.SequenceEqual(own.Select(part => part.Name)))
        {
            throw new ArgumentException(
                $"These {what} are called {string.Join(", ", given.Keys)}, and the module's {string.Join(", ", own.Select(part => part.Name))}; begin with "
                    + "those of TorchModule.Parameters and TorchModule.Buffers.");
        }
    }

    private static ModuleTensors Copy((string Name, torch.Tensor Tensor)[] parts, bool[] frozen)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        return new ModuleTensors([.. parts.Select(part => part.Name)], [.. parts.Select(part => part.Tensor.detach().clone().ToHyperdiff())], frozen);
    }

    private void RefuseWhatIsRandom()
    {
        foreach ((string name, torch.nn.Module layer) in _module.named_modules().Prepend((string.Empty, _module)))
        {
            string kind = layer.GetType().Name;
            if (layer.training && (kind.Contains("Dropout", StringComparison.Ordinal) || kind.Contains("BatchNorm", StringComparison.Ordinal)))
            {
                string what = kind.Contains("Dropout", StringComparison.Ordinal)
                    ? "draws random numbers" : "takes its statistics from the batch and changes its buffers";
                throw new ArgumentException(
                    $"{Name}: the layer {(name.Length == 0 ? kind : $"`{name}` ({kind})")} is in training mode, where it {what}, so its derivative would be "
                        + "of another function each time; put the module into evaluation mode first: module.eval().");
            }
        }
    }

    /// <summary>What a module is made of.</summary>
    private sealed class Parts
    {
        public Parts(torch.nn.Module module)
        {
            TorchLibrary.Require();
            Parameters = [.. module.named_parameters().Select(pair => (pair.name, (torch.Tensor)pair.parameter)).DistinctBy(pair => pair.Item2.Handle)];
            Buffers = [.. module.named_buffers().Where(pair => pair.buffer.is_floating_point()).DistinctBy(pair => pair.buffer.Handle)];
            torch.Device[] devices = [.. Parameters.Concat(Buffers).Select(part => part.Tensor.device).DistinctBy(device => device.ToString())];
            if (devices.Length > 1)
            {
                throw new ArgumentException(
                    $"The module has parameters on {string.Join(" and ", devices.Select(device => device.ToString()))}; bring it to one device first: "
                        + "module.to(device).",
                    nameof(module));
            }

            Device = devices is [var one] ? one : torch.CPU;
        }

        public (string Name, torch.Tensor Tensor)[] Parameters { get; }

        public (string Name, torch.Tensor Tensor)[] Buffers { get; }

        public torch.Device Device { get; }
    }

    /// <summary>Parameters that show other memory, until they are given their own back.</summary>
    private sealed class Replaced : IDisposable
    {
        private readonly torch.Tensor[] _own;
        private readonly torch.Tensor[] _memory;
        private readonly bool[] _required;

        private readonly int _differentiated;

        public Replaced(torch.Tensor[] own, int differentiated)
        {
            (_own, _differentiated) = (own, differentiated);
            _required = Array.ConvertAll(own, tensor => tensor.requires_grad);
            _memory = Array.ConvertAll(own, tensor => tensor.detach().DetachFromDisposeScope());
        }

        // and the parameters themselves become the leaves, since the module computes with these
        public void With(torch.Tensor[] leaves)
        {
            using IDisposable still = torch.no_grad();
            for (int i = 0; i < _own.Length; i++)
            {
                _own[i].requires_grad_(false);
                _own[i].set_(leaves[i].detach().contiguous());
                _own[i].requires_grad_(i < _differentiated);
                leaves[i] = _own[i];
            }
        }

        public void Dispose()
        {
            using IDisposable still = torch.no_grad();
            for (int i = 0; i < _own.Length; i++)
            {
                _own[i].requires_grad_(false);
                _own[i].set_(_memory[i]);
                _own[i].requires_grad_(_required[i]);
                _memory[i].Dispose();
            }
        }
    }
}
