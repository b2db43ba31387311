package org.ebpf4j.attach;

/// A place that the verifier wants to know when the program is loaded, as it decides the program's
/// arguments: something that the types of the kernel, a module or another program name. It never
/// changes, and any thread may use it.
public sealed interface TypedPoint extends AttachPoint
    permits BtfTracepoint,
        Fentry,
        Fexit,
        FmodRet,
        Fsession,
        Freplace,
        Lsm,
        LsmCgroup,
        KernelIterator {
  /// The module whose types are searched; empty for the kernel and then every module.
  default String module() {
    return "";
  }

  /// The name, as people write it: `sched_switch`.
  String name();

  /// The name that the types have for it: `btf_trace_sched_switch`.
  default String typeName() {
    return typePrefix() + name();
  }

  /// What the types put before the name: `btf_trace_`; empty for functions.
  default String typePrefix() {
    return "";
  }

  /// Whether a program that is loaded for this place can be attached to another one: it is the
  /// same, whatever the cookie and the other parameters that are said when it is attached.
  default boolean isLoadedFor(TypedPoint other) {
    return kind().equals(other.kind())
        && name().equals(other.name())
        && (module().equals(other.module()) || module().isEmpty() || other.module().isEmpty());
  }

  /// What `bpf_get_attach_cookie` gives the program; 0 for none.
  default long cookie() {
    return 0;
  }

  @Override
  default String place() {
    return (module().isEmpty() ? "" : module() + ":")
        + name()
        + PlaceText.value("cookie", cookie());
  }
}
