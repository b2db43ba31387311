package org.ebpf4j.verifier.internal.rule;

import java.util.Optional;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.verifier.internal.state.RegisterKind;

/// What an access to a context comes to.
public sealed interface ContextField {
  /// There is no such field, or not for this access.
  ///
  /// @param message what the kernel says; empty for `invalid bpf_context access off=… size=…`
  record Refused(String message) implements ContextField {}

  /// It is not known what is there.
  ///
  /// @param reason what would have to be known
  record Unknown(String reason) implements ContextField {}

  /// A number.
  ///
  /// @param size bytes of the field; a narrower access is cut out of it
  record Number(int size) implements ContextField {}

  /// A number between two others, as `s64`.
  record Ranged(long min, long max) implements ContextField {}

  /// A pointer.
  ///
  /// @param kind what it points to
  /// @param flags flags of [org.ebpf4j.verifier.internal.state.Reg]
  /// @param memorySize bytes of memory, of kinds that have it
  /// @param btf the types that `type` is of, for objects of the kernel
  /// @param type the type of the object, or 0
  /// @param referenced whether the program holds a reference to it from the start
  record Pointer(
      RegisterKind kind, int flags, int memorySize, Optional<Btf> btf, int type, boolean referenced)
      implements ContextField {
    /// A pointer of a kind without more to say.
    public Pointer(RegisterKind kind) {
      this(kind, 0, 0, Optional.empty(), 0, false);
    }
  }
}
