using Hyperdiff.Generators.Diagnostics;
using Microsoft.CodeAnalysis;

namespace Hyperdiff.Generators.Analyzers.Purity;

/// <summary>Which members of the framework, and of the library, a pure method may not use, and what to do instead.</summary>
internal static class FrameworkImpurities
{
    private const string Time = "pass the time as a parameter";
    private const string Draw = "take a RandomKey as a parameter, and draw from it";
    private const string Load = "load the data before, and pass them as a Tensor; write results after the solve";
    private const string Concurrency = "a compiled plan uses the cores by itself; compute the value directly";

    // beside these, everything in System.Environment is a property of the process that can change
    private static readonly HashSet<string> s_constantsOfTheMachine =
        ["NewLine", "ProcessorCount", "Is64BitProcess", "Is64BitOperatingSystem", "OSVersion", "Version", "SystemPageSize"];

    private static readonly HashSet<string> s_purePathMembers =
    [
        "ChangeExtension", "Combine", "EndsInDirectorySeparator", "GetDirectoryName", "GetExtension", "GetFileName", "GetFileNameWithoutExtension",
        "GetInvalidFileNameChars",
        "GetInvalidPathChars", "GetPathRoot", "GetRelativePath", "HasExtension", "IsPathFullyQualified", "IsPathRooted", "Join", "TrimEndingDirectorySeparator",
    ];

    /// <summary>The rule that a member breaks, if it breaks one.</summary>
    public static (DiagnosticDescriptor Rule, string Remedy)? Of(ISymbol member)
    {
        for (INamedTypeSymbol? type = member.ContainingType; type is not null; type = type.BaseType)
        {
            if (type.ToDisplayString() == "System.Exception")
            {
                return null;
            }
        }

        for (INamedTypeSymbol? type = member.ContainingType; type is not null; type = type.BaseType)
        {
            if (Of(Outermost(type), member.Name) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private static INamedTypeSymbol Outermost(INamedTypeSymbol type) => type.ContainingType is { } outer ? Outermost(outer) : type;

    private static (DiagnosticDescriptor Rule, string Remedy)? Of(INamedTypeSymbol type, string member) =>
        (type.ContainingNamespace.ToDisplayString(), type.Name, member) switch
        {
            ("System", "DateTime" or "DateTimeOffset", "Now" or "UtcNow" or "Today") => (PurityDescriptors.Clock, Time),
            ("System", "Environment", "TickCount" or "TickCount64") => (PurityDescriptors.Clock, Time),
            ("System", "TimeProvider", _) or ("System.Diagnostics", "Stopwatch", _) => (PurityDescriptors.Clock, Time),
            ("System", "Random", _) or ("System", "Guid", "NewGuid" or "CreateVersion7") => (PurityDescriptors.Randomness, Draw),
            ("System.Security.Cryptography", "RandomNumberGenerator", _) => (PurityDescriptors.Randomness, Draw),
            ("System", "Environment", _) => s_constantsOfTheMachine.Contains(member) ? null : (PurityDescriptors.InputOutput, Load),
            ("Hyperdiff", "NumpyFile", _) => (PurityDescriptors.InputOutput, Load),
            ("System", "Console", _) or ("System.Diagnostics", "Process" or "Trace" or "EventLog", _) => (PurityDescriptors.InputOutput, Load),
            ("System.IO", "MemoryStream" or "StringReader" or "StringWriter", _) => null,
            ("System.IO", "Path", _) => s_purePathMembers.Contains(member) ? null : (PurityDescriptors.InputOutput, Load),
            ("System.IO", _, _) or ("Microsoft.Win32", "Registry" or "RegistryKey", _) => (PurityDescriptors.InputOutput, Load),
            ("System.Threading", "Timer" or "PeriodicTimer", _) => (PurityDescriptors.Clock, Time),
            var (space, _, _) when IsWithin(space, "System.Net") || IsWithin(space, "System.IO") => (PurityDescriptors.InputOutput, Load),
            var (space, _, _) when IsWithin(space, "System.Threading") => (PurityDescriptors.Mutation, Concurrency),
            _ => null,
        };

    private static bool IsWithin(string space, string root) => space == root || space.StartsWith(root + ".", StringComparison.Ordinal);
}
