using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace Hyperdiff.Generators.Analyzers.Effects;

/// <summary>What is called: a method, local function or lambda, with the object it is bound to and the activation around it.</summary>
/// <param name="Symbol">The method; for initializers their member.</param>
/// <param name="Lexical">The activation whose variables a lambda or local function sees.</param>
/// <param name="Receiver">The object that a delegate is bound to.</param>
internal sealed record Callable(ISymbol Symbol, Frame? Lexical, Value Receiver);

/// <summary>A reference to a static member, and what can change about it.</summary>
internal sealed record StaticReference(ISymbol Member, IOperation Site, Frame Frame);

/// <summary>One activation of a body: per way of calls that leads to it, unless what it is given says nothing about objects.</summary>
internal sealed class Frame(ISymbol symbol, Frame? caller, IOperation? callSite, Frame? lexical, Body? body)
{
    private readonly Dictionary<ISymbol, AbstractObject> _cells = new(SymbolEqualityComparer.Default);

    public ISymbol Symbol { get; } = symbol;

    public Frame? Caller { get; } = caller;

    public IOperation? CallSite { get; } = callSite;

    public Frame? Lexical { get; } = lexical;

    public Body? Body { get; } = body;

    /// <summary>How many calls lead here from the root.</summary>
    public int Depth { get; } = caller is null ? 0 : caller.Depth + 1;

    /// <summary>The activation of a function that a transformation traces, if this is one or runs within one.</summary>
    public Frame? Traced { get; set; } = caller?.Traced;

    /// <summary>Whether this is a function that the library was given, or runs within one.</summary>
    public bool IsHanded { get; set; } = caller?.IsHanded == true;

    /// <summary>The type whose initializer this is, or runs within.</summary>
    public INamedTypeSymbol? Initializes { get; set; } = caller?.Initializes;

    public Value This { get; set; } = Value.None;

    /// <summary>References to the variable that holds a structure whose method this is.</summary>
    public Value ThisPlaces { get; set; } = Value.None;

    public Value Result { get; set; } = Value.None;

    public Dictionary<ISymbol, Value> Arguments { get; } = new(SymbolEqualityComparer.Default);

    /// <summary>The values between parts of an expression, which every graph of the body numbers from zero.</summary>
    public Dictionary<(ControlFlowGraph Graph, CaptureId Id), (Value Value, Value Places)> Captures { get; } = [];

    /// <summary>What type parameters stand for here.</summary>
    public Dictionary<ITypeParameterSymbol, ITypeSymbol> Types { get; } = new(SymbolEqualityComparer.Default);

    public int Pass { get; set; } = -1;

    public bool IsRunning { get; set; }

    /// <summary>The variable of this activation that others see as well: captured, or passed by reference.</summary>
    public AbstractObject Cell(ISymbol variable)
    {
        if (!_cells.TryGetValue(variable, out AbstractObject? cell))
        {
            _cells[variable] = cell = new AbstractObject(Origin.Fresh, null, this) { IsVariable = true };
        }

        return cell;
    }

    /// <summary>What a type is here, if it is a type parameter that stands for a known type.</summary>
    public ITypeSymbol? Resolve(ITypeSymbol? type)
    {
        for (Frame? frame = this; frame is not null && type is ITypeParameterSymbol parameter; frame = frame.Lexical)
        {
            if (frame.Types.TryGetValue(parameter, out ITypeSymbol? known))
            {
                return known;
            }
        }

        return type;
    }

    /// <summary>Whether this activation is another one, or was called by way of it.</summary>
    public bool IsWithin(Frame other)
    {
        for (Frame? frame = this; frame is not null; frame = frame.Caller)
        {
            if (ReferenceEquals(frame, other))
            {
                return true;
            }
        }

        return false;
    }
}
