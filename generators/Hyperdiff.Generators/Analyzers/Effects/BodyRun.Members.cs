using Hyperdiff.Generators.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Hyperdiff.Generators.Analyzers.Effects;

/// <content>Properties, static members and the initializers that run before they can be used, patterns, printing and enumeration: calls that are not written
/// as such.</content>
internal sealed partial class BodyRun
{
    private static bool IsStored(IPropertySymbol property) => property.ContainingType.GetMembers().OfType<IFieldSymbol>()
        .Any(field => SymbolEqualityComparer.Default.Equals(field.AssociatedSymbol, property));

    private Value GetProperty(IPropertyReferenceOperation reference, bool byReference = false)
    {
        Value instance = Evaluate(reference.Instance);
        Value places = reference.Instance is { Type.IsValueType: true } place && IsPlace(place) ? Places(place) : Value.None;
        Value result = Get(reference.Property, instance, places, Arguments(reference.Arguments), reference);
        return Returned(reference.Property.ReturnsByRef || reference.Property.ReturnsByRefReadonly, result, byReference, reference);
    }

    private Value Get(IPropertySymbol property, Value instance, Value places, IReadOnlyList<Argument> arguments, IOperation site)
    {
        IPropertySymbol definition = property.OriginalDefinition;
        Use(definition);
        if (!ProgramBodies.IsWritten(definition) && !ProgramBodies.IsWritten(definition.ContainingType))
        {
            IMethodSymbol? accessor = definition.GetMethod;
            return accessor is { IsStatic: false } && (accessor.IsVirtual || accessor.IsAbstract || accessor.IsOverride)
                ? Dispatch(site, accessor, instance, places, arguments) : Library(site, property, instance, places, arguments);
        }

        // a positional property of a record, or that of an anonymous type
        if (definition.GetMethod is not { } getter || definition.ContainingType.IsAnonymousType)
        {
            return Load(instance, definition, site);
        }

        bool isOpen = (getter.IsVirtual || getter.IsAbstract || getter.IsOverride) && !getter.IsSealed;
        if (getter.IsStatic && !isOpen && IsStored(definition) && analysis.Bodies.Of(getter) is null)
        {
            return StaticMember(definition, site);
        }

        return !isOpen && IsStored(definition) && analysis.Bodies.Of(getter) is null
            ? Load(instance, definition, site)
            : Call(site, getter, instance, places, arguments, isOpen);
    }

    private void SetProperty(IPropertyReferenceOperation reference, Value value)
    {
        IPropertySymbol property = reference.Property.OriginalDefinition;
        if (property is { ReturnsByRef: true })
        {
            StoreAll(GetProperty(reference, byReference: true), value, reference);
            return;
        }

        List<Argument> arguments = Arguments(reference.Arguments);
        bool isWritten = ProgramBodies.IsWritten(property) || ProgramBodies.IsWritten(property.ContainingType);
        if (property.SetMethod is not { } setter)
        {
            // in a constructor or an initializer
            if (property.IsStatic)
            {
                AssignStatic(property, value, reference);
            }
            else if (reference.Instance is { } self)
            {
                AssignMember(self, property, value, reference);
            }
        }
        else if (!isWritten)
        {
            Value instance = Evaluate(reference.Instance);
            if (!Setter(reference, setter, instance, arguments, value))
            {
                Library(reference, setter, instance, reference.Instance is { Type.IsValueType: true } place && IsPlace(place) ? Places(place) : Value.None,
                    [.. arguments, new Argument(setter.Parameters[setter.Parameters.Length - 1], value, reference)]);
            }
        }
        else if (analysis.Bodies.Of(setter) is null && IsStored(property) && !(setter.IsVirtual || setter.IsOverride))
        {
            if (property.IsStatic)
            {
                AssignStatic(property, value, reference);
            }
            else if (reference.Instance is { } instance)
            {
                AssignMember(instance, property, value, reference);
            }
        }
        else
        {
            Value instance = Evaluate(reference.Instance);
            Value places = reference.Instance is { Type.IsValueType: true } place && IsPlace(place) ? Places(place) : Value.None;
            if (IsStored(property) && analysis.Bodies.Of(setter) is null)
            {
                AssignMember(reference.Instance!, property, value, reference);
            }

            Call(reference, setter, instance, places, [.. arguments, new Argument(setter.Parameters[setter.Parameters.Length - 1], value, reference)],
                setter.IsVirtual || setter.IsAbstract || setter.IsOverride);
        }
    }

    // a user's indexer behind an interface of the framework
    private bool Setter(IOperation site, IMethodSymbol setter, Value instance, IReadOnlyList<Argument> arguments, Value value)
    {
        bool all = instance.Objects.Count > 0;
        foreach (AbstractObject item in instance.Objects)
        {
            if (item is { Origin: Origin.Fresh, Type: INamedTypeSymbol exact } && ProgramBodies.IsWritten(exact)
                && ProgramBodies.Implementation(setter, exact) is { } implementation && ProgramBodies.IsWritten(implementation))
            {
                CallExactly(site, implementation, Value.Of(item), Value.None,
                    [.. arguments, new Argument(implementation.Parameters[implementation.Parameters.Length - 1], value, site)], traces: false);
            }
            else
            {
                all = false;
            }
        }

        return all;
    }

    private Value StaticMember(ISymbol member, IOperation site)
    {
        if (!ProgramBodies.IsWritten(member))
        {
            return Library(site, member, Value.None, Value.None, []);
        }

        InitializeType(member.ContainingType, site);
        if (frame.Initializes is { } type && SymbolEqualityComparer.Default.Equals(type, member.ContainingType.OriginalDefinition)
            && frame.Symbol is IMethodSymbol { MethodKind: MethodKind.StaticConstructor })
        {
            return Value.None;
        }

        bool settable = member switch
        {
            IFieldSymbol field => !field.IsReadOnly,
            IPropertySymbol property => property.SetMethod is not null,
            _ => true,
        };
        if (settable && analysis.Table.IsAssumed(member))
        {
            settable = false;
        }

        if (settable)
        {
            analysis.Report(PurityDescriptors.StaticState, site, frame, $"reads the mutable static {StaticKind(member)} {SourceNames.Qualified(member)}",
                "pass the value as a parameter, or make it readonly");
            return Value.None;
        }

        ITypeSymbol declared = member is IFieldSymbol { Type: var fieldType } ? fieldType : ((IPropertySymbol)member).Type;
        Value initial = Initial(member, site);
        if (!analysis.Types.HoldsObjects(declared))
        {
            return Value.None;
        }

        if (initial.Objects.Count == 0)
        {
            return Value.Of(StaticObject(member, site, declared, "declared", null));
        }

        return Value.Of(initial.Objects.Select((item, i) => item.Origin == Origin.Function ? item
            : StaticObject(member, site, item.Type ?? declared, $"{i}", item)));
    }

    private AbstractObject StaticObject(ISymbol member, IOperation site, ITypeSymbol type, string role, AbstractObject? initial)
    {
        AbstractObject made = analysis.Object(site, frame, type, role, Origin.Static);
        made.Static ??= new StaticReference(member, site, frame);
        if (initial is not null)
        {
            made.CopyFields(initial);
            made.IsReadOnly = initial.IsReadOnly;
        }

        return made;
    }

    // what the initializer of a static member gives it
    private Value Initial(ISymbol member, IOperation site)
    {
        ISymbol definition = member.OriginalDefinition;
        if (analysis.Bodies.OfInitializer(definition) is not { } body)
        {
            return Value.None;
        }

        Frame initializer = analysis.Enter(definition, body, null, frame, site, carriesObjects: false, traces: false);
        initializer.Initializes = member.ContainingType.OriginalDefinition;
        if (initializer.Pass < analysis.Pass)
        {
            analysis.Execute(initializer);
        }

        return initializer.Result;
    }

    // a type is initialized before its first use, by whatever its static constructor does
    private void InitializeType(INamedTypeSymbol type, IOperation site)
    {
        if (ProgramBodies.StaticConstructor(type) is { } constructor && analysis.Bodies.Of(constructor) is { } body
            && !SymbolEqualityComparer.Default.Equals(frame.Initializes, type.OriginalDefinition))
        {
            Frame initializer = analysis.Enter(constructor, body, null, frame, site, carriesObjects: false, traces: false);
            initializer.Initializes = type.OriginalDefinition;
            if (initializer.Pass < analysis.Pass)
            {
                analysis.Execute(initializer);
            }
        }
    }

    /// <summary>A property, field or method of a value that a pattern or an index looks at.</summary>
    private Value Member(ISymbol? member, Value instance, IOperation site) => member switch
    {
        IPropertySymbol property => Get(property, instance, Value.None, [], site),
        IFieldSymbol field => Load(instance, KeyOf(field), site),
        IMethodSymbol method => Call(site, method, instance, Value.None, [], method.IsVirtual || method.IsAbstract || method.IsOverride),
        _ => instance,
    };

    private void Match(IPatternOperation? pattern, Value value, ITypeSymbol? type, IOperation site)
    {
        switch (pattern)
        {
            case IDeclarationPatternOperation { DeclaredSymbol: { } variable }:
                SetVariable(variable, value, pattern);
                break;
            case INegatedPatternOperation negated:
                Match(negated.Pattern, value, type, site);
                break;
            case IBinaryPatternOperation binary:
                Match(binary.LeftPattern, value, type, site);
                Match(binary.RightPattern, value, type, site);
                break;
            case IConstantPatternOperation constant:
                Evaluate(constant.Value);
                break;
            case IRecursivePatternOperation recursive:
                MatchParts(recursive, value, site);
                break;
            case IListPatternOperation list:
                MatchItems(list, value, site);
                break;
        }
    }

    private void MatchItems(IListPatternOperation list, Value value, IOperation site)
    {
        Member(list.LengthSymbol, value, list);
        Value item = list.InputType is IArrayTypeSymbol ? Load(value, AbstractObject.Element, list)
            : list.IndexerSymbol is { } indexer ? Member(indexer, value, list) : Value.None;
        foreach (IPatternOperation part in list.Patterns)
        {
            if (part is ISlicePatternOperation slice)
            {
                Value sliced = slice.InputType is IArrayTypeSymbol ? Holding(slice, slice.InputType, item)
                    : slice.SliceSymbol is null ? Value.None : Member(slice.SliceSymbol, value, slice);
                Match(slice.Pattern, sliced, slice.InputType, site);
            }
            else
            {
                Match(part, item, part.InputType, site);
            }
        }

        if (list.DeclaredSymbol is { } named)
        {
            SetVariable(named, value, list);
        }
    }

    private void MatchParts(IRecursivePatternOperation recursive, Value value, IOperation site)
    {
        if (recursive.DeconstructSymbol is IMethodSymbol { IsImplicitlyDeclared: false } method)
        {
            IMethodSymbol plain = method.ReducedFrom ?? method;
            AbstractObject[] results = [.. recursive.DeconstructionSubpatterns.Select((_, i) => analysis.Object((recursive, i), frame, null, "matched"))];
            Argument[] outputs = [.. plain.Parameters.Skip(plain.IsStatic ? 1 : 0).Select((parameter, i) =>
                new Argument(parameter, Pointers(Value.Of(results[i]), AbstractObject.Element), recursive))];
            Call(recursive, plain, plain.IsStatic ? Value.None : value, Value.None,
                plain.IsStatic ? [new Argument(plain.Parameters[0], value, recursive), .. outputs] : outputs, isVirtual: false);
            for (int i = 0; i < results.Length; i++)
            {
                Match(recursive.DeconstructionSubpatterns[i], results[i].Load(AbstractObject.Element), null, site);
            }
        }
        else
        {
            // an object that says by itself that it is a tuple
            foreach (IPropertySymbol member in (recursive.DeconstructSymbol as INamedTypeSymbol)?.GetMembers().OfType<IPropertySymbol>() ?? [])
            {
                Get(member, value, Value.None, [], recursive);
            }

            for (int i = 0; i < recursive.DeconstructionSubpatterns.Length; i++)
            {
                IPatternOperation part = recursive.DeconstructionSubpatterns[i];
                Match(part, Only(LoadItem(value, i, recursive), part.InputType), part.InputType, site);
            }
        }

        foreach (IPropertySubpatternOperation part in recursive.PropertySubpatterns)
        {
            Value found = part.Member switch
            {
                IMemberReferenceOperation { Member: var member } => Member(member, value, part.Member),
                _ => value,
            };
            Match(part.Pattern, Only(found, part.Pattern.InputType), part.Pattern.InputType, site);
        }

        if (recursive.DeclaredSymbol is { } variable)
        {
            SetVariable(variable, value, recursive);
        }
    }

    /// <summary>A value as text: by the method of its type that prints it.</summary>
    private Value Printed(IOperation operation)
    {
        Value value = Evaluate(operation);
        IOperation source = operation is IConversionOperation { IsImplicit: true, OperatorMethod: null } boxed ? boxed.Operand : operation;
        CallBack(operation, source.Type, value, member => member.Name is "ToString" or "TryFormat");
        if (KnownTensor(source.Type) && value.IsTraced)
        {
            return value.Join(Value.OfRead(operation));
        }

        return value.WithoutObjects();
    }

    private static bool KnownTensor(ITypeSymbol? type) => type is INamedTypeSymbol named && Parsing.KnownNames.IsTensor(named);

    /// <summary>Calls what a type of this compilation gives the framework to call: comparisons, hash codes, text, enumeration.</summary>
    private void CallBack(IOperation site, ITypeSymbol? type, Value value, Func<IMethodSymbol, bool>? which = null)
    {
        IEnumerable<INamedTypeSymbol> exact = value.Objects.Where(item => item.Origin == Origin.Fresh).Select(item => item.Type).OfType<INamedTypeSymbol>();
        IEnumerable<INamedTypeSymbol> all = exact.Concat(type is INamedTypeSymbol named ? [named] : [])
            .SelectMany(candidate => candidate.IsTupleType ? candidate.TupleElements.Select(element => element.Type).OfType<INamedTypeSymbol>() : [candidate])
            .Where(candidate => ProgramBodies.IsWritten(candidate)).Distinct<INamedTypeSymbol>(SymbolEqualityComparer.Default);
        foreach (INamedTypeSymbol candidate in all)
        {
            foreach (IMethodSymbol method in analysis.Table.Callbacks(candidate).Where(method => which?.Invoke(method) != false))
            {
                if (method.IsImplicitlyDeclared)
                {
                    if (_synthesizing.Add(method))
                    {
                        Synthesized(site, method, value, []);
                        _synthesizing.Remove(method);
                    }
                }
                else if (!analysis.Table.IsTrusted(method))
                {
                    Value receiver = Value.Of(value.Objects.Where(item => item.Type is null || SymbolEqualityComparer.Default.Equals(item.Type, candidate)))
                        .Join(value.WithoutObjects());
                    CallExactly(site, method, receiver, Value.None, [.. method.Parameters.Select(parameter => new Argument(parameter, Value.None, site))],
                        traces: false);
                }
            }
        }
    }

    private readonly HashSet<IMethodSymbol> _synthesizing = new(SymbolEqualityComparer.Default);

    // a spread enumerates without a loop in the graph
    private Value Enumerate(IOperation source, Value value, IOperation site)
    {
        IMethodSymbol? enumerate = source.Type?.GetMembers("GetEnumerator").OfType<IMethodSymbol>().FirstOrDefault(method => method.Parameters.Length == 0);
        if (enumerate is null || !ProgramBodies.IsWritten(enumerate))
        {
            CallBack(site, source.Type, value);
            return Contents(value, site);
        }

        Value enumerator = Call(site, enumerate, value, Value.None, [], isVirtual: false);
        foreach (string name in new[] { "MoveNext", "get_Current" })
        {
            foreach (IMethodSymbol method in enumerate.ReturnType.GetMembers(name).OfType<IMethodSymbol>().Where(method => method.Parameters.Length == 0))
            {
                enumerator = enumerator.Join(Call(site, method, enumerator, Value.None, [], method.IsVirtual || method.IsAbstract));
            }
        }

        return Contents(enumerator, site).Join(enumerator);
    }

    /// <summary>What lies one step within what a value refers to.</summary>
    private Value Contents(Value value, IOperation site)
    {
        Value found = value.WithoutObjects();
        foreach (AbstractObject item in value.Objects)
        {
            found = found.Join(item.Origin switch
            {
                Origin.Fresh => item.Load(AbstractObject.Any),
                Origin.Pointer => Contents(Load(Value.Of(item.Place.Target), item.Place.Key, site), site),
                Origin.Static => LoadStatic(item, AbstractObject.Any),
                Origin.Function => Value.None,
                _ => Value.Of(item),
            });
        }

        return found;
    }
}
