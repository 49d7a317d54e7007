using Hyperdiff.Generators.Diagnostics;
using Hyperdiff.Generators.Parsing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Hyperdiff.Generators.Analyzers.Effects;

/// <content>Calls of members without a body in this compilation: by what the table says, and by the types of their parameters and results.</content>
internal sealed partial class BodyRun
{
    private Value Library(IOperation site, ISymbol member, Value receiver, Value places, IReadOnlyList<Argument> arguments)
    {
        if (member is IMethodSymbol { Name: "CreateInstance", Arity: 1, Parameters.Length: 0, ContainingType.Name: "Activator" })
        {
            return CreateOf(site);
        }

        Effect effect = analysis.Table.Of(member);
        Value flags = arguments.Aggregate(receiver, (all, argument) => all.Join(argument.Value)).WithoutObjects();
        switch (effect.Kind)
        {
            case EffectKind.Forbidden when frame.Symbol is not IMethodSymbol && member is IMethodSymbol { MethodKind: MethodKind.Constructor }:
                // an object in a static field does nothing before it is used, and using it is reported
                return Fresh(site, site.Type);
            case EffectKind.Forbidden when member.Name is "GetHashCode" or "Combine" or "ToHashCode" && frame.Symbol.Name.Contains("GetHashCode"):
                // hash codes are made of hash codes, and serve collections whose order they do not show
                return flags;
            case EffectKind.Forbidden:
                analysis.Report(effect.Rule!, site, frame, Forbidden(member, effect.Rule!), effect.Remedy);
                return flags;
            case EffectKind.NotSeen:
                analysis.Report(PurityDescriptors.NotSeen, site, frame, $"{Verb(member)} {Seen(member)}, whose effects are not known",
                    $"if it is pure, say so: [assembly: AssumePure(typeof({member.ContainingType.Name}), \"{(member is IMethodSymbol { MethodKind: MethodKind.Constructor } ? member.ContainingType.Name : AccessedName(member))}\")]");
                return flags.Join(Value.Of(analysis.Object(site, frame, null, "unknown", Origin.Unknown)));
        }

        bool library = TypeFacts.IsLibrary(member);
        if (library && ReadsValue(member) && receiver.IsTraced)
        {
            return ReadOf(site, member, arguments);
        }

        if (library)
        {
            RefuseReads(site, member, arguments);
            flags = flags.WithoutReads();
        }

        Value items = arguments.Aggregate(Value.None, (all, argument) => all.Join(Items(argument, site)));
        if (!IsOnlySize(member))
        {
            items = items.Join(Contents(receiver, site));
        }

        foreach (ITypeSymbol type in library ? [] : Participants(member, arguments, site))
        {
            CallBack(site, type, arguments.Aggregate(receiver, (all, argument) => all.Join(argument.Value)));
        }

        // collections of collections are taken apart twice: what they hold, and what a selector gives
        bool flattens = member.Name == "SelectMany";
        items = flattens ? items.Join(Contents(items, site)) : items;
        Value results = Functions(site, member, arguments, items, library);
        results = flattens ? results.Join(Contents(results, site)) : results;
        if (library && analysis.TracedOnly && frame.Traced is null)
        {
            // outside of a trace a transformation returns values
            results = results.WithoutTraced();
        }

        items = items.Join(results);
        flags = flags.Join(library ? items.WithoutObjects().WithoutReads() : items.WithoutObjects());
        Change(site, member, effect, receiver, places, arguments, items);
        if (member is IMethodSymbol { MethodKind: MethodKind.Constructor } && receiver.Objects.Count > 0)
        {
            Inherit(member, receiver, arguments, items);
        }

        if (library && member.Name == "StopGradient")
        {
            return Value.None;
        }

        return Result(site, member, effect, receiver, arguments, items, flags);
    }

    // a base class of the framework keeps what it is given, or stands for it
    private void Inherit(ISymbol constructor, Value made, IReadOnlyList<Argument> arguments, Value items)
    {
        foreach (AbstractObject item in made.Objects.Where(item => item.Origin == Origin.Fresh))
        {
            analysis.Changed |= item.Store(AbstractObject.Element, items);
            if (FrameworkEffects.ReturnsView(constructor, constructor.ContainingType))
            {
                Value given = arguments.Aggregate(Value.None, (all, argument) => all.Join(argument.Value.ObjectsOnly()));
                analysis.Changed |= item.Store(AbstractObject.Window, given);
            }
        }
    }

    private static string AccessedName(ISymbol member) => member is IMethodSymbol { AssociatedSymbol: { } property } ? property.Name : member.Name;

    private static string Seen(ISymbol member) => SourceNames.Qualified(member is IMethodSymbol { AssociatedSymbol: { } property } ? property : member);

    private static string Verb(ISymbol member) => member switch
    {
        IMethodSymbol { MethodKind: MethodKind.PropertySet } => "writes",
        IMethodSymbol { AssociatedSymbol: null } => "calls",
        _ => "reads",
    };

    private static string Forbidden(ISymbol member, DiagnosticDescriptor rule) => member switch
    {
        IMethodSymbol { MethodKind: MethodKind.Constructor } => $"creates a {member.ContainingType.Name}",
        IPropertySymbol or IFieldSymbol when rule == PurityDescriptors.StaticState => $"reads the mutable static {StaticKind(member)} {Seen(member)}",
        _ => $"{Verb(member)} {Seen(member)}",
    };

    // the length of an array cannot change, whatever happens to its elements
    private static bool IsOnlySize(ISymbol member) =>
        member.Name is "Length" or "LongLength" or "Rank" or "GetLength" or "GetLowerBound" or "GetUpperBound" or "IsEmpty" or "GetType"
        && (member.ContainingType.SpecialType == SpecialType.System_Array || TypeFacts.IsView(member.ContainingType) || member.Name == "GetType");

    /// <summary>What an argument gives away: itself, where anything may be passed; what it holds, where a collection is asked for.</summary>
    private Value Items(Argument argument, IOperation site)
    {
        if (argument.Parameter is not { } parameter)
        {
            return argument.Value;
        }

        if (parameter.RefKind != RefKind.None)
        {
            return parameter.RefKind == RefKind.Out ? Value.None : Dereference(argument.Value, site);
        }

        ITypeSymbol type = parameter.OriginalDefinition.Type;
        bool whole = type is ITypeParameterSymbol || type.SpecialType == SpecialType.System_Object;
        if (whole)
        {
            return argument.Value;
        }

        Value contents = Contents(argument.Value, site);
        bool collection = type is IArrayTypeSymbol || TypeFacts.IsView(type) || type.SpecialType == SpecialType.System_String
            || type.AllInterfaces.Append(type as INamedTypeSymbol).Any(item => item is { Name: "IEnumerable" });
        return collection ? contents : contents.Join(argument.Value);
    }

    private static IEnumerable<ITypeSymbol> Participants(ISymbol member, IReadOnlyList<Argument> arguments, IOperation site)
    {
        IEnumerable<ITypeSymbol> types = site switch
        {
            IInvocationOperation invocation => invocation.TargetMethod.TypeArguments.Concat(invocation.TargetMethod.ContainingType.TypeArguments),
            IPropertyReferenceOperation property => property.Property.ContainingType.TypeArguments,
            IObjectCreationOperation creation => (creation.Type as INamedTypeSymbol)?.TypeArguments ?? [],
            _ => member.ContainingType.TypeArguments,
        };
        return types.Concat(arguments.Select(argument => argument.Operation switch
        {
            IConversionOperation { OperatorMethod: null } conversion => conversion.Operand.Type,
            { } operation => operation.Type,
        }).OfType<ITypeSymbol>()).Distinct<ITypeSymbol>(SymbolEqualityComparer.Default);
    }

    // functions are called with whatever there is
    private Value Functions(IOperation site, ISymbol member, IReadOnlyList<Argument> arguments, Value items, bool library)
    {
        Value results = Value.None;
        foreach (Argument argument in arguments)
        {
            bool traces = library && argument.Parameter is { } parameter && TracingFunctions.Traces(member, parameter);
            if (argument.Parameter is { } declared && (declared.Type.TypeKind == TypeKind.Delegate || library))
            {
                foreach (AbstractObject item in argument.Value.Objects.Where(item => item.Function is not null))
                {
                    var method = (IMethodSymbol)item.Function!.Symbol;
                    Value given = traces ? items.WithTraced() : items;
                    results = results.Join(Invoke(site, item.Function, [.. method.Parameters.Select(p => new Argument(p, Fitting(given, p.Type), site))],
                        traces, library));
                }

                if (!library)
                {
                    foreach (AbstractObject item in argument.Value.Objects.Where(item => item.Origin is Origin.Parameter))
                    {
                        InvokeDelegate(argument.Operation, Value.Of(item), [], Brief(argument.Operation.Syntax));
                    }
                }
            }
        }

        return results;
    }

    // of all that a library function may pass on, what a parameter can take
    private Value Fitting(Value given, ITypeSymbol type)
    {
        bool Fits(AbstractObject item) => item switch
        {
            { Function: not null } => type.TypeKind is TypeKind.Delegate or TypeKind.TypeParameter || type.SpecialType == SpecialType.System_Object,
            { Origin: Origin.Fresh, Type: { } exact, IsVariable: false } => Converts(exact) || MayHold(type, exact),
            { Origin: Origin.Parameter, Type: IArrayTypeSymbol { ElementType: var element } array } => analysis.Types.HoldsObjects(element) || Converts(array)
                || MayHold(type, array),
            _ => true,
        };

        bool Converts(ITypeSymbol from) => type is ITypeParameterSymbol || Mentions(type) || Mentions(from)
            || analysis.Bodies.Compilation.ClassifyCommonConversion(from, type).Exists;

        // a group, a pair or a tuple of the framework that has it inside
        bool MayHold(ITypeSymbol holder, ITypeSymbol held) => holder is INamedTypeSymbol { TypeArguments: { Length: > 0 } parts } generic
            && !ProgramBodies.IsWritten(generic) && parts.Any(part => analysis.Types.HoldsObjects(part)
                && (analysis.Bodies.Compilation.ClassifyCommonConversion(held, part).IsImplicit || MayHold(part, held)));

        return Value.Of(given.Objects.Where(Fits)).Join(given.WithoutObjects());

        static bool Mentions(ITypeSymbol type) => type switch
        {
            ITypeParameterSymbol => true,
            IArrayTypeSymbol array => Mentions(array.ElementType),
            INamedTypeSymbol named => named.TypeArguments.Any(Mentions),
            _ => false,
        };
    }

    private void Change(
        IOperation site, ISymbol member, Effect effect, Value receiver, Value places, IReadOnlyList<Argument> arguments, Value items)
    {
        foreach (Argument argument in arguments.Where(argument => argument.Parameter is { } parameter && FrameworkEffects.Writes(member, parameter)))
        {
            bool array = argument.Parameter!.Type.TypeKind == TypeKind.Array || argument.Parameter.Type.SpecialType == SpecialType.System_Array;
            foreach (AbstractObject item in argument.Value.Objects)
            {
                Store(item, AbstractObject.Element, items, site,
                    deed: $"changes {(array ? "an array" : "memory")} that it did not make: {Brief(argument.Operation.Syntax)}");
            }
        }

        if (effect.Kind != EffectKind.ChangesReceiver && !(member is IMethodSymbol { MethodKind: MethodKind.PropertySet }))
        {
            return;
        }

        string changed = site is IInvocationOperation { Instance: { } instance } ? $"{Brief(instance.Syntax)}.{member.Name}" : Brief(site.Syntax);
        bool isStructure = member.ContainingType is { IsValueType: true } && !TypeFacts.IsView(member.ContainingType);
        foreach (AbstractObject item in isStructure ? places.Objects : receiver.Objects)
        {
            Store(item, AbstractObject.Element, items, site, deed: $"changes an object that it did not make: {changed}");
            foreach (AbstractObject inner in item.Origin == Origin.Fresh ? item.Load(AbstractObject.Window).Objects : [])
            {
                Store(inner, AbstractObject.Element, items, site, deed: $"changes an object that it did not make: {changed}");
            }

            if (member.ContainingType.ContainingNamespace?.Name == "IO" && item.Origin == Origin.Fresh)
            {
                // a writer changes the stream that it writes to
                foreach (AbstractObject inner in item.Load(AbstractObject.Any).Objects.Where(inner => inner.Origin is not Origin.Fresh))
                {
                    Store(inner, AbstractObject.Element, items, site, deed: $"changes an object that it did not make: {changed}");
                }
            }
        }
    }

    private Value Result(
        IOperation site, ISymbol member, Effect effect, Value receiver, IReadOnlyList<Argument> arguments, Value items, Value flags)
    {
        Value given = arguments.Aggregate(receiver, (all, argument) => all.Join(argument.Value)).ObjectsOnly();
        ITypeSymbol? declared = member.OriginalDefinition switch
        {
            IMethodSymbol { MethodKind: MethodKind.Constructor } => member.ContainingType,
            IMethodSymbol method => method.ReturnType,
            IPropertySymbol property => property.Type,
            IFieldSymbol field => field.Type,
            _ => null,
        };
        bool byReference = member is IMethodSymbol { ReturnsByRef: true } or IMethodSymbol { ReturnsByRefReadonly: true }
            or IPropertySymbol { ReturnsByRef: true }
            or IPropertySymbol { ReturnsByRefReadonly: true };
        if (byReference)
        {
            Value target = given.Objects.Count == 0 && IsOfText(site, arguments) ? MemoryOfText(site) : given;
            return Pointers(target, AbstractObject.Element).Join(flags);
        }

        ITypeSymbol? actual = member is IMethodSymbol { MethodKind: MethodKind.Constructor } ? site.Type ?? declared : site.Type ?? declared;
        if (declared is null || declared.SpecialType == SpecialType.System_Void
            || !(analysis.Types.HoldsObjects(declared) && analysis.Types.HoldsObjects(actual)))
        {
            return flags;
        }

        if (member.Name == "AsArray" && given.Objects.Count == 0)
        {
            // the memory of an immutable array
            return Value.Of(analysis.Object(site, frame, actual, "memory", Origin.Parameter)).Join(flags);
        }

        if (FrameworkEffects.ReturnsView(member, declared))
        {
            return given.Objects.Count == 0 && IsOfText(site, arguments) ? MemoryOfText(site).Join(flags) : given.Join(flags);
        }

        if (member.Name == "Chunk" && actual is INamedTypeSymbol { TypeArguments: { Length: 1 } parts })
        {
            // every part is an array of its own
            items = Holding(site, parts[0], items, "part");
        }

        if (member.ContainingType.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T && declared is ITypeParameterSymbol)
        {
            return receiver.Join(items);
        }

        if (member.Name == "Clone")
        {
            return Holding(site, null, items.ObjectsOnly(), "result").Join(flags);
        }

        if (declared is ITypeParameterSymbol || declared.SpecialType == SpecialType.System_Object)
        {
            return Fitting(items, actual!).Join(flags);
        }

        if (effect.Kind == EffectKind.ChangesReceiver && SymbolEqualityComparer.Default.Equals(declared, member.ContainingType.OriginalDefinition)
            && receiver.Objects.Count > 0)
        {
            return receiver;
        }

        Value made = Holding(site, actual, items.ObjectsOnly(), "result");
        return (declared.IsValueType && !declared.Name.EndsWith("Enumerator", StringComparison.Ordinal) ? made.Join(items) : made).Join(flags);
    }

    // the letters of a text are nobody's own: the same text may stand anywhere
    private Value MemoryOfText(IOperation site) => Value.Of(analysis.Object(site, frame, null, "text", Origin.Parameter));

    private static bool IsOfText(IOperation site, IReadOnlyList<Argument> arguments) =>
        arguments.Any(argument => argument.Operation.Type?.SpecialType == SpecialType.System_String)
        || site is IInvocationOperation { Instance.Type.SpecialType: SpecialType.System_String };

    private static bool ReadsValue(ISymbol member) => KnownNames.IsTensor(member.ContainingType)
        && member.Name is "ToScalar" or "ToArray" or "AsSpan" or "AsMemory" or "AsTensorSpan" or "ToTensor" or "Read" or "CopyTo" or "ToString";

    // reading a tensor cuts what its numbers depend on
    private Value ReadOf(IOperation site, ISymbol member, IReadOnlyList<Argument> arguments)
    {
        Value numbers = Value.OfRead(site);
        if (member.Name == "CopyTo")
        {
            foreach (AbstractObject item in arguments.SelectMany(argument => argument.Value.Objects))
            {
                Store(item, AbstractObject.Element, numbers, site);
            }

            return Value.None;
        }

        if (site.Type is { } type && analysis.Types.HoldsObjects(type))
        {
            bool carries = !(type is IArrayTypeSymbol { ElementType: var element } && !TypeFacts.CarriesNumbers(element))
                && !(type is INamedTypeSymbol { TypeArguments: { Length: 1 } items } && !TypeFacts.CarriesNumbers(items[0]));
            AbstractObject memory = analysis.Object(site, frame, type, "memory", TypeFacts.IsView(type) ? Origin.Parameter : Origin.Fresh);
            if (carries)
            {
                memory.Store(AbstractObject.Element, numbers);
            }

            return carries ? Value.Of(memory).Join(numbers) : Value.Of(memory);
        }

        return numbers;
    }

    private void RefuseReads(IOperation site, ISymbol member, IReadOnlyList<Argument> arguments)
    {
        foreach (Argument argument in arguments.Where(argument => argument.Parameter is { } parameter && !IsSetting(parameter)))
        {
            Value numbers = argument.Value.Objects.Where(item => item.Origin is Origin.Fresh or Origin.Parameter)
                .Aggregate(argument.Value, (all, item) => all.Join(item.Load(AbstractObject.Any).WithoutObjects()));
            foreach (IOperation read in numbers.Reads)
            {
                analysis.Report(TracingDescriptors.ReadValue, read, frame,
                    $"reads a value that depends on what is differentiated, and uses it as a number in {Brief(site.Syntax)}",
                    "a number that was read has no derivative: compute with the tensor, or read x.StopGradient() where that is meant");
            }
        }
    }

    private static bool IsSetting(IParameterSymbol parameter) => parameter.Name is "tolerance" or "absoluteTolerance" or "name" or "message"
        || parameter.Type.SpecialType is SpecialType.System_String or SpecialType.System_Int32 or SpecialType.System_Boolean;
}
