using System.Runtime.CompilerServices;

// Every signature of every Interop folder is blittable: no marshalling stub stands between us and the engine.
[assembly: DisableRuntimeMarshalling]
