package org.ebpf4j.vm.internal.life;

import java.util.Optional;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.ProgramType;

/// A program, as maps look at it that take only some.
public interface KeptProgram {
  /// Its type.
  ProgramType type();

  /// How it was meant to be attached; empty where it does not matter.
  Optional<AttachType> attachType();
}
