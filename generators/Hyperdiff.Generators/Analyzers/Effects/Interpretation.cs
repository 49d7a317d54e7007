using Hyperdiff.Generators.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Hyperdiff.Generators.Analyzers.Effects;

/// <summary>Runs a method on abstract values, with all that it calls, until nothing new is learnt, and collects what the rules forbid.</summary>
/// <remarks>
/// Variables are followed in the order of execution; fields and elements of objects are joined over time. A body is run once per way of calls that leads to
/// it, and
/// once in all where what it is given leads to no object. Recursion is closed by running again until nothing changes, which happens, as sets only grow and the
/// places that make objects are finite.
/// </remarks>
internal sealed class Interpretation(
    ProgramBodies bodies, TypeFacts types, EffectTable table, SettledMethods settled, bool tracedOnly, IReadOnlyList<IMethodSymbol> open,
    CancellationToken cancellation)
{
    // beyond these, calls share an activation per method, which costs precision only
    private const int DeepestCall = 24;
    private const int MostFrames = 4000;
    private const int DeepestNesting = 40;

    private readonly Dictionary<(ISymbol Symbol, Frame? Lexical, Frame? Caller, IOperation? Site, Frame? Traced), Frame> _frames = new(new FrameComparer());
    private readonly Dictionary<(object Site, Frame Frame, string Role), AbstractObject> _objects = [];
    private readonly Dictionary<(string, SyntaxNode), Finding> _findings = [];
    private readonly Queue<Frame> _pending = [];
    private int _nesting;
    private IMethodSymbol? _root;
    private SyntaxNode? _rootSyntax;

    public ProgramBodies Bodies => bodies;

    public TypeFacts Types => types;

    public EffectTable Table => table;

    /// <summary>Whether only what transformations trace is judged.</summary>
    public bool TracedOnly => tracedOnly;

    public int Pass { get; private set; }

    public bool Changed { get; set; }

    public CancellationToken Cancellation => cancellation;

    /// <summary>The exceptions that are thrown anywhere, with what they carry: a handler may have caught any of them.</summary>
    public Value Thrown { get; set; } = Value.None;

    /// <summary>Which members of structures the method looks at.</summary>
    public MemberUses Uses { get; } = new();

    /// <summary>What the method returns.</summary>
    public Value Result { get; private set; } = Value.None;

    /// <summary>Everything that a method does against the rules, in the order of the source.</summary>
    public IReadOnlyList<Finding> Run(IMethodSymbol root)
    {
        _root = ProgramBodies.Key(root);
        if (bodies.Of(_root) is not { } body)
        {
            return [];
        }

        _rootSyntax = _root.DeclaringSyntaxReferences[0].GetSyntax(cancellation);
        var frame = new Frame(_root, null, null, null, body);
        foreach (IParameterSymbol parameter in _root.Parameters)
        {
            Value given = types.HoldsObjects(parameter.Type) || parameter.RefKind != RefKind.None
                ? Value.Of(new AbstractObject(Origin.Parameter, parameter.Type, null)) : Value.None;
            frame.Arguments[parameter] = tracedOnly ? given : given.WithTraced();
        }

        if (!_root.IsStatic)
        {
            bool made = _root.MethodKind == MethodKind.Constructor;
            frame.This = Value.Of(new AbstractObject(made ? Origin.Fresh : Origin.Parameter, _root.ContainingType, made ? frame : null));
        }

        try
        {
            RunUntilSettled(frame);
        }
        catch (InsufficientExecutionStackException)
        {
            _findings[(PurityDescriptors.NotSeen.Id, _rootSyntax)] = new Finding(PurityDescriptors.NotSeen, _root.Locations[0],
                "is nested too deeply to be followed", "name a part of it", _root.Locations[0], []);
        }

        Result = frame.Result;
        return [.. _findings.Values.OrderBy(finding => finding.Location.SourceTree?.FilePath, StringComparer.Ordinal)
            .ThenBy(finding => finding.Location.SourceSpan.Start)];
    }

    private void RunUntilSettled(Frame frame)
    {
        do
        {
            cancellation.ThrowIfCancellationRequested();
            Changed = false;
            Pass++;
            Execute(frame);
            while (_pending.Count > 0)
            {
                Execute(_pending.Dequeue());
            }
        }
        while (Changed && Pass < 40);
    }

    /// <summary>Runs an activation, unless it is running already.</summary>
    public void Execute(Frame frame)
    {
        if (frame.IsRunning || frame.Body is null)
        {
            return;
        }

        cancellation.ThrowIfCancellationRequested();
        frame.Pass = Pass;
        if (_nesting >= DeepestNesting)
        {
            // run from the top, so that long chains of calls need no deep stack
            _pending.Enqueue(frame);
            return;
        }

        _nesting++;
        frame.IsRunning = true;
        new BodyRun(this, frame).Execute();
        frame.IsRunning = false;
        _nesting--;
    }

    /// <summary>What is known of a method that is given no objects.</summary>
    public Settled? Settle(IMethodSymbol method) => settled.Of(method, open, cancellation);

    /// <summary>The activation for a call.</summary>
    public Frame Enter(ISymbol symbol, Body body, Frame? lexical, Frame caller, IOperation site, bool carriesObjects, bool traces)
    {
        for (Frame? ancestor = caller; ancestor is not null; ancestor = ancestor.Caller)
        {
            if (SymbolEqualityComparer.Default.Equals(ancestor.Symbol, symbol) && ReferenceEquals(ancestor.Lexical, lexical) && !traces)
            {
                return ancestor;
            }
        }

        bool merged = caller.Depth > DeepestCall || _frames.Count > MostFrames;
        bool own = traces || (carriesObjects && !merged);
        (ISymbol, Frame?, Frame?, IOperation?, Frame?) key = (symbol, lexical, own ? caller : null, own ? site : null, caller.Traced);
        if (!_frames.TryGetValue(key, out Frame? frame))
        {
            _frames[key] = frame = new Frame(symbol, caller, site, lexical, body);
            if (traces)
            {
                frame.Traced = frame;
            }
        }

        return frame;
    }

    /// <summary>The object that stands for all that a place makes in an activation.</summary>
    public AbstractObject Object(object site, Frame frame, ITypeSymbol? type, string role = "", Origin origin = Origin.Fresh)
    {
        if (!_objects.TryGetValue((site, frame, role), out AbstractObject? made))
        {
            _objects[(site, frame, role)] = made = new AbstractObject(origin, type, frame);
        }

        return made;
    }

    public void Report(DiagnosticDescriptor rule, IOperation cause, Frame frame, string deed, string remedy)
    {
        if (tracedOnly && rule != TracingDescriptors.CapturedWrite && rule != TracingDescriptors.ReadValue
            && (rule == PurityDescriptors.NotSeen || !IsPromised(frame)))
        {
            return;
        }

        if (!_findings.ContainsKey((rule.Id, cause.Syntax)))
        {
            (Location location, IReadOnlyList<ISymbol> path) = Locate(cause.Syntax, frame);
            _findings[(rule.Id, cause.Syntax)] = new Finding(rule, cause.Syntax.GetLocation(), deed, remedy, location, path);
        }
    }

    // what cannot be seen is the promise of who made it
    private static bool IsPromised(Frame frame)
    {
        for (Frame? within = frame; within is not null; within = within.Caller)
        {
            if (ReferenceEquals(within.Traced, within) && within.CallSite is IInvocationOperation { TargetMethod: var maker } && TracingFunctions.Keeps(maker))
            {
                return true;
            }
        }

        return false;
    }

    private (Location Location, IReadOnlyList<ISymbol> Path) Locate(SyntaxNode cause, Frame frame)
    {
        if (IsInRoot(cause))
        {
            return (cause.GetLocation(), []);
        }

        var path = new List<ISymbol>();
        for (Frame? callee = frame; callee is not null; callee = callee.Caller)
        {
            path.Insert(0, callee.Symbol);
            if (callee.CallSite is { } site && IsInRoot(site.Syntax))
            {
                return (site.Syntax.GetLocation(), path);
            }
        }

        // the initializers that run before a constructor, or a type's own static constructor
        return (_root!.Locations[0], path.Skip(1).ToArray());
    }

    private bool IsInRoot(SyntaxNode node) => node.SyntaxTree == _rootSyntax!.SyntaxTree && _rootSyntax.Span.Contains(node.Span);

    private sealed class FrameComparer : IEqualityComparer<(ISymbol Symbol, Frame? Lexical, Frame? Caller, IOperation? Site, Frame? Traced)>
    {
        public bool Equals(
            (ISymbol Symbol, Frame? Lexical, Frame? Caller, IOperation? Site, Frame? Traced) x,
            (ISymbol Symbol, Frame? Lexical, Frame? Caller, IOperation? Site, Frame? Traced) y) => SymbolEqualityComparer.Default.Equals(x.Symbol, y.Symbol)
            && ReferenceEquals(x.Lexical, y.Lexical) && ReferenceEquals(x.Caller, y.Caller) && ReferenceEquals(x.Site, y.Site)
            && ReferenceEquals(x.Traced, y.Traced);

        public int GetHashCode((ISymbol Symbol, Frame? Lexical, Frame? Caller, IOperation? Site, Frame? Traced) key) =>
            (SymbolEqualityComparer.Default.GetHashCode(key.Symbol) * 31) ^ (key.Site?.GetHashCode() ?? 0) ^ (key.Caller?.GetHashCode() ?? 0);
    }
}
