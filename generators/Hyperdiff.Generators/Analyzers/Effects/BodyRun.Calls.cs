using Hyperdiff.Generators.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Hyperdiff.Generators.Analyzers.Effects;

/// <summary>An argument: for a parameter that is passed by reference, the references.</summary>
internal readonly record struct Argument(IParameterSymbol? Parameter, Value Value, IOperation Operation);

/// <content>Calls of methods in this compilation: which of them run, and with what.</content>
internal sealed partial class BodyRun
{
    private List<Argument> Arguments(IEnumerable<IArgumentOperation> arguments) =>
        [.. arguments.Select(argument => new Argument(
            argument.Parameter?.OriginalDefinition,
            argument.Parameter?.RefKind is null or RefKind.None ? Evaluate(argument.Value) : Places(argument.Value),
            argument.Value))];

    private Value Invoke(IInvocationOperation invocation, bool byReference = false)
    {
        IMethodSymbol method = invocation.TargetMethod;
        Value receiver = Evaluate(invocation.Instance);
        Value places = invocation.Instance is { Type.IsValueType: true } instance && IsPlace(instance) ? Places(instance) : Value.None;
        List<Argument> arguments = Arguments(invocation.Arguments);
        if (method.MethodKind == MethodKind.DelegateInvoke)
        {
            return InvokeDelegate(invocation, receiver, arguments, Brief(invocation.Instance!.Syntax));
        }

        // locking is written as a call of the monitor in the graph
        if (invocation.IsImplicit && method.ContainingNamespace?.ToDisplayString() == "System.Threading"
            && invocation.Syntax.FirstAncestorOrSelf<Microsoft.CodeAnalysis.CSharp.Syntax.LockStatementSyntax>() is { } locked)
        {
            if (method.Name.StartsWith("Enter", StringComparison.Ordinal))
            {
                analysis.Report(PurityDescriptors.Mutation, invocation.Arguments.FirstOrDefault()?.Value ?? invocation, frame, $"locks {locked.Expression}",
                    "a pure method shares nothing that needs a lock: remove it");
            }

            return Value.None;
        }

        if (method.Name == "<Clone>$")
        {
            return Copy(invocation, receiver, invocation.Type);
        }

        bool isVirtual = invocation.IsVirtual || (invocation.ConstrainedToType is not null && (method.IsAbstract || method.IsVirtual));
        Value result = method.MethodKind == MethodKind.LocalFunction
            ? CallLocal(invocation, method, arguments)
            : Call(invocation, method, receiver, places, arguments, isVirtual);
        return Returned(method.ReturnsByRef || method.ReturnsByRefReadonly, result, byReference, invocation);
    }

    private static bool IsPlace(IOperation operation) => operation is ILocalReferenceOperation or IParameterReferenceOperation or IFieldReferenceOperation
        or IArrayElementReferenceOperation or IInstanceReferenceOperation or IFlowCaptureReferenceOperation or IInlineArrayAccessOperation
        or IPropertyReferenceOperation { Property.ReturnsByRef: true } or IInvocationOperation { TargetMethod.ReturnsByRef: true };

    private Value Returned(bool isReference, Value result, bool byReference, IOperation site) =>
        isReference && !byReference ? Dereference(result, site) : result;

    /// <summary>Calls a method: that of the object, if it is known what the object is, or whatever may be meant.</summary>
    private Value Call(
        IOperation site, IMethodSymbol method, Value receiver, Value places, IReadOnlyList<Argument> arguments, bool isVirtual, bool traces = false,
        bool handed = false)
    {
        IMethodSymbol key = ProgramBodies.Key(method);
        if (analysis.TracedOnly && !frame.IsHanded && !traces && !handed
            && !arguments.Any(argument => argument.Value.Objects.Any(item => item.Function is not null))
            && ProgramBodies.IsWritten(key) && key.MethodKind != MethodKind.Constructor)
        {
            // only what transformations trace is judged: calls that are given no function lead to none
            return analysis.Types.HoldsObjects(key.ReturnType) ? Fresh(site, null, "result") : Value.None;
        }

        if (analysis.Table.IsTrusted(key))
        {
            return Trusted(site, key, receiver, arguments);
        }

        if (isVirtual && (key.IsVirtual || key.IsAbstract || key.IsOverride) && !key.IsSealed)
        {
            return Dispatch(site, key, receiver, places, arguments);
        }

        return CallExactly(site, method, receiver, places, arguments, traces, handed);
    }

    private Value Trusted(IOperation site, IMethodSymbol method, Value receiver, IReadOnlyList<Argument> arguments)
    {
        Value rests = arguments.Aggregate(receiver, (all, argument) => all.Join(argument.Value));
        Value flags = rests.WithoutObjects();
        foreach (Argument argument in arguments.Where(argument => argument.Parameter?.RefKind is RefKind.Out or RefKind.Ref))
        {
            StoreAll(argument.Value, flags, argument.Operation);
        }

        return analysis.Types.HoldsObjects(method.ReturnType) ? Holding(site, method.ReturnType, Contents(rests, site), "trusted").Join(flags) : flags;
    }

    private Value CallExactly(
        IOperation site, IMethodSymbol method, Value receiver, Value places, IReadOnlyList<Argument> arguments, bool traces, bool handed = false)
    {
        IMethodSymbol key = ProgramBodies.Key(method);
        if (!ProgramBodies.IsWritten(key) && !key.ContainingType.Locations.Any(location => location.IsInSource))
        {
            return Library(site, method, receiver, places, arguments);
        }

        if (key.IsStatic || key.MethodKind == MethodKind.Constructor)
        {
            InitializeType(key.ContainingType, site);
        }

        if (key.IsExtern)
        {
            analysis.Report(PurityDescriptors.InputOutput, site, frame, $"calls native code: {SourceNames.Qualified(key)}",
                "what it does cannot be seen; call it before, and pass its result");
            return Value.None;
        }

        if (key.MethodKind == MethodKind.Constructor)
        {
            Construct(site, key, receiver, arguments);
        }

        Body? body = analysis.Bodies.Of(key);
        if (body is null && key.AssociatedSymbol is IPropertySymbol { IsStatic: false } stored && IsStored(stored))
        {
            if (key.MethodKind == MethodKind.PropertyGet)
            {
                return Load(receiver, stored.OriginalDefinition, site);
            }

            foreach (AbstractObject item in receiver.Objects)
            {
                Store(item, stored.OriginalDefinition, arguments.Count > 0 ? arguments[arguments.Count - 1].Value : Value.None, site);
            }

            return Value.None;
        }

        if (body is null)
        {
            return Synthesized(site, key, receiver, arguments);
        }

        bool carries = receiver.Objects.Count > 0 || arguments.Any(argument => argument.Value.Objects.Count > 0 || argument.Value.Reads.Count > 0);
        if (!carries && !traces && !handed && analysis.Settle(key) is { IsPure: true } known)
        {
            if (IsUsed)
            {
                analysis.Uses.Add(known.Uses);
            }

            return arguments.Aggregate(receiver, (all, argument) => all.Join(argument.Value));
        }

        return Run(site, key, body, null, receiver, places, arguments, traces, handed, TypesOf(method));
    }

    // what the compiler writes: accessors, equality and printing of records, which look into members
    private Value Synthesized(IOperation site, IMethodSymbol method, Value receiver, IReadOnlyList<Argument> arguments)
    {
        if (method.ContainingType is { IsRecord: true } record && method.Name is "Equals" or "op_Equality" or "op_Inequality" or "GetHashCode" or "ToString")
        {
            string name = method.Name == "ToString" ? "ToString" : "Equals";
            foreach (ITypeSymbol type in method.ContainingType.GetMembers().OfType<IFieldSymbol>().Where(field => !field.IsStatic).Select(field => field.Type))
            {
                CallBack(site, type, receiver, member => member.Name == name || (name == "Equals" && member.Name == "GetHashCode"));
            }
        }

        return arguments.Aggregate(receiver, (all, argument) => all.Join(argument.Value)).WithoutObjects();
    }

    private Value Run(
        IOperation site, IMethodSymbol key, Body body, Frame? lexical, Value receiver, Value places, IReadOnlyList<Argument> arguments, bool traces = false,
        bool handed = false, List<(ITypeParameterSymbol Parameter, ITypeSymbol Type)>? types = null)
    {
        bool carries = receiver.Objects.Count > 0 || places.Objects.Count > 0
            || arguments.Any(argument => argument.Value.Objects.Count > 0 || argument.Value.Reads.Count > 0);
        Frame callee = analysis.Enter(key, body, lexical, frame, site, carries || handed || types?.Count > 0, traces);
        callee.IsHanded |= handed;
        foreach ((ITypeParameterSymbol parameter, ITypeSymbol type) in types ?? [])
        {
            callee.Types[parameter] = type;
        }

        bool grew = callee.Pass < analysis.Pass;
        grew |= Grow(callee.This, receiver, joined => callee.This = joined);
        grew |= Grow(callee.ThisPlaces, places, joined => callee.ThisPlaces = joined);
        foreach (Argument argument in arguments)
        {
            if (argument.Parameter is { } declared && declared.Ordinal < key.Parameters.Length)
            {
                IParameterSymbol parameter = key.Parameters[declared.Ordinal];
                Value given = parameter.RefKind == RefKind.None ? Only(Named(argument, parameter), parameter.Type) : argument.Value;
                callee.Arguments.TryGetValue(parameter, out Value? known);
                grew |= Grow(known ?? Value.None, given, joined => callee.Arguments[parameter] = joined) || known is null;
                callee.Arguments[parameter] = (known ?? Value.None).Join(given);
            }
        }

        if (grew)
        {
            analysis.Execute(callee);
        }

        return callee.Result;
    }

    // what type parameters of a method and of its class stand for
    private List<(ITypeParameterSymbol Parameter, ITypeSymbol Type)> TypesOf(IMethodSymbol method)
    {
        IMethodSymbol plain = method.ReducedFrom is { } reduced && method.Arity > 0 ? reduced.Construct([.. method.TypeArguments]) : method;
        return [.. plain.OriginalDefinition.TypeParameters.Zip(plain.TypeArguments, (parameter, type) => (parameter, type))
            .Concat(plain.ContainingType.OriginalDefinition.TypeParameters.Zip(plain.ContainingType.TypeArguments, (parameter, type) => (parameter, type)))
            .Select(pair => (pair.parameter, frame.Resolve(pair.type)!)).Where(pair => pair.Item2 is not ITypeParameterSymbol)];
    }

    // a value that cannot change needs a name where calls on it are chosen by what it is
    private Value Named(Argument argument, IParameterSymbol parameter) => parameter.Type is ITypeParameterSymbol && argument.Value.Objects.Count == 0
        && argument.Operation.Type is INamedTypeSymbol type && ProgramBodies.IsWritten(type) && type.TypeKind is TypeKind.Struct or TypeKind.Class
            ? Fresh(argument.Operation, type, "named").Join(argument.Value) : argument.Value;

    private bool Grow(Value before, Value more, Action<Value> set)
    {
        Value joined = before.Join(more);
        bool grew = !ReferenceEquals(joined, before);
        analysis.Changed |= grew;
        if (grew)
        {
            set(joined);
        }

        return grew;
    }

    // objects made in sight say exactly which method runs; of others all that this compilation has may, and more where others may derive
    private Value Dispatch(IOperation site, IMethodSymbol method, Value receiver, Value places, IReadOnlyList<Argument> arguments)
    {
        Value result = Value.None;
        bool open = receiver.Objects.Count == 0;
        foreach (AbstractObject item in receiver.Objects)
        {
            if (item is
                {
                    Origin: Origin.Fresh or Origin.Static,
                    Type: INamedTypeSymbol { IsAbstract: false, TypeKind: TypeKind.Class or TypeKind.Struct } exact
                }
                && ProgramBodies.Implementation(method, exact) is { } implementation)
            {
                result = result.Join(analysis.Table.IsTrusted(implementation)
                    ? Trusted(site, implementation, receiver, arguments)
                    : CallExactly(site, implementation, Value.Of(item).Join(receiver.WithoutObjects()), places, arguments, traces: false));
            }
            else if (item.Origin != Origin.Unknown)
            {
                open = true;
            }
        }

        if (!open)
        {
            return result;
        }

        ITypeSymbol? declared = frame.Resolve(site switch
        {
            IInvocationOperation invocation => invocation.Instance?.Type ?? invocation.ConstrainedToType,
            IPropertyReferenceOperation property => property.Instance?.Type ?? property.ConstrainedToType,
            IBinaryOperation binary => binary.ConstrainedToType,
            IUnaryOperation unary => unary.ConstrainedToType,
            _ => null,
        });
        if (method.IsStatic && declared is INamedTypeSymbol given && ProgramBodies.Implementation(method, given) is { } chosen)
        {
            return result.Join(analysis.Table.IsTrusted(chosen) ? Trusted(site, chosen, receiver, arguments)
                : CallExactly(site, chosen, receiver, places, arguments, traces: false));
        }

        if (declared is INamedTypeSymbol { IsSealed: true } or INamedTypeSymbol { IsValueType: true }
            && ProgramBodies.Implementation(method, declared) is { } only)
        {
            return result.Join(CallExactly(site, only, receiver, places, arguments, traces: false));
        }

        bool written = ProgramBodies.IsWritten(method);
        if (!written && !ProgramBodies.IsWritten((ISymbol?)declared ?? method))
        {
            result = result.Join(Library(site, method, receiver, places, arguments));
        }

        foreach (IMethodSymbol candidate in analysis.Bodies.Implementations(method).Where(candidate =>
            (written || method.IsStatic || IsCompatible(candidate.ContainingType, declared)) && !candidate.IsAbstract && !analysis.Table.IsTrusted(candidate)))
        {
            result = result.Join(CallExactly(site, candidate, receiver, places, arguments, traces: false));
        }

        if (written && CanBeDerivedElsewhere(method))
        {
            analysis.Report(
                PurityDescriptors.NotSeen, site, frame,
                $"calls {SourceNames.Qualified(method)}, which other assemblies may {(method.ContainingType.TypeKind == TypeKind.Interface ? "implement" : "override")}",
                $"mark {SourceNames.Of(method)} with [PureFunction], which is checked wherever it is implemented, or make {method.ContainingType.Name} internal or sealed");
        }

        return result;
    }

    private bool IsCompatible(INamedTypeSymbol type, ITypeSymbol? declared) =>
        declared is null or ITypeParameterSymbol || declared.TypeKind == TypeKind.Interface
            ? declared is INamedTypeSymbol { Arity: > 0 } closed && !type.AllInterfaces.Contains(closed, SymbolEqualityComparer.Default)
                ? closed.TypeArguments.Any(argument => argument is ITypeParameterSymbol) : declared is not null
            : analysis.Bodies.Compilation.ClassifyCommonConversion(type, declared).IsImplicit;

    // an assembly that nobody can refer to has no others
    private bool CanBeDerivedElsewhere(IMethodSymbol method)
    {
        if (analysis.Bodies.Compilation.Options.OutputKind is OutputKind.ConsoleApplication or OutputKind.WindowsApplication)
        {
            return false;
        }

        INamedTypeSymbol type = method.ContainingType;
        for (ISymbol? symbol = method; symbol is not null and not INamespaceSymbol; symbol = symbol.ContainingSymbol)
        {
            if (symbol.DeclaredAccessibility is not (Accessibility.Public or Accessibility.Protected or Accessibility.ProtectedOrInternal))
            {
                return false;
            }
        }

        return !type.IsSealed && (type.TypeKind == TypeKind.Interface || type.InstanceConstructors.Any(constructor =>
            constructor.DeclaredAccessibility is Accessibility.Public or Accessibility.Protected or Accessibility.ProtectedOrInternal));
    }

    private Value Operator(IMethodSymbol method, IReadOnlyList<IOperation> operands, IReadOnlyList<Value> values, IOperation site)
    {
        // a compound or increment operator of an instance changes the instance
        Value receiver = method.IsStatic || values.Count == 0 ? Value.None : values[0];
        IReadOnlyList<Value> rest = method.IsStatic ? values : [.. values.Skip(1)];
        Argument[] arguments = [.. method.OriginalDefinition.Parameters.Select((parameter, i) =>
            new Argument(parameter, i < rest.Count ? rest[i] : Value.None, i < operands.Count ? operands[i] : site))];
        Value result = Call(site, method, receiver, Value.None, arguments, isVirtual: method.IsAbstract || method.IsVirtual);
        return method.IsStatic ? Only(result, method.ReturnType) : receiver;
    }

    private Value Create(IObjectCreationOperation creation)
    {
        List<Argument> arguments = Arguments(creation.Arguments);
        Value flags = arguments.Aggregate(Value.None, (all, argument) => all.Join(argument.Value.WithoutObjects()));
        if (creation.Constructor is not { } constructor)
        {
            return Fresh(creation, creation.Type).Join(flags);
        }

        if (!ProgramBodies.IsWritten(constructor.ContainingType))
        {
            return Library(creation, constructor, Value.None, Value.None, arguments);
        }

        Value made = Fresh(creation, creation.Type).Join(flags);
        if (analysis.Table.IsTrusted(ProgramBodies.Key(constructor)))
        {
            return made.Join(Trusted(creation, constructor, Value.None, arguments));
        }

        CallExactly(creation, constructor, made, made.Objects.Count > 0 ? Pointers(made, AbstractObject.Any) : Value.None, arguments, traces: false);
        RunFinalizers(creation, constructor.ContainingType, made);
        return made;
    }

    // what is made is finalized some time, whoever sees it
    private void RunFinalizers(IOperation site, INamedTypeSymbol type, Value made)
    {
        for (INamedTypeSymbol? level = type; level is not null && ProgramBodies.IsWritten(level); level = level.BaseType)
        {
            foreach (IMethodSymbol finalizer in level.GetMembers(WellKnownMemberNames.DestructorName).OfType<IMethodSymbol>())
            {
                CallExactly(site, finalizer, made, Value.None, [], traces: false);
            }
        }
    }

    // a base constructor that is called without a word, and the properties that a primary constructor fills
    private void Construct(IOperation site, IMethodSymbol constructor, Value made, IReadOnlyList<Argument> arguments)
    {
        SyntaxNode? declaration = constructor.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax();
        if (declaration is Microsoft.CodeAnalysis.CSharp.Syntax.TypeDeclarationSyntax)
        {
            foreach (Argument argument in arguments.Where(argument => argument.Parameter is not null))
            {
                IParameterSymbol parameter = constructor.Parameters[argument.Parameter!.Ordinal];
                ISymbol? property = constructor.ContainingType.IsRecord
                    ? constructor.ContainingType.GetMembers(parameter.Name).FirstOrDefault(member => member is IPropertySymbol) : null;
                foreach (AbstractObject item in made.Objects.Where(item => item.Origin == Origin.Fresh))
                {
                    analysis.Changed |= item.Store((property ?? parameter).OriginalDefinition, argument.Value);
                }
            }
        }

        bool chained = declaration is Microsoft.CodeAnalysis.CSharp.Syntax.ConstructorDeclarationSyntax { Initializer: not null }
            || (declaration is Microsoft.CodeAnalysis.CSharp.Syntax.TypeDeclarationSyntax { BaseList.Types: var bases }
                && bases.Any(item => item is Microsoft.CodeAnalysis.CSharp.Syntax.PrimaryConstructorBaseTypeSyntax));
        if (!chained && constructor.ContainingType is { IsValueType: false, BaseType: { } parent } && ProgramBodies.IsWritten(parent)
            && parent.InstanceConstructors.FirstOrDefault(candidate => candidate.Parameters.All(parameter => parameter.IsOptional)) is { } implied)
        {
            CallExactly(site, implied, made, Value.None, [], traces: false);
        }
    }
}
