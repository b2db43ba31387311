package org.ebpf4j.vm.internal.kfunc;

import java.util.Optional;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.vm.internal.machine.Code;
import org.ebpf4j.vm.internal.machine.Helper;

/// A function of the kernel that programs call by its name. What it does may depend on the program.
@FunctionalInterface
public interface Kfunc {
  /// The function, as one program calls it.
  Helper of(Caller caller);

  /// One that is the same for all programs.
  static Kfunc plain(Helper helper) {
    return caller -> helper;
  }

  /// A program that calls.
  ///
  /// @param types the types of its object
  record Caller(Code code, ProgramType type, Optional<Btf> types) {}
}
