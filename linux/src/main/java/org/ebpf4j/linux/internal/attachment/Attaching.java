package org.ebpf4j.linux.internal.attachment;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.Handle;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.linux.internal.host.Privileges.Capability;
import org.ebpf4j.linux.internal.host.Refusal;
import org.ebpf4j.object.ProgramSpec;

/// One attempt to attach a program: what each mechanism has to know besides the place.
///
/// @param what the program and the place, for messages
/// @param program the descriptor of the program
/// @param type its type; empty for one that this library does not know
/// @param spec the program as its object has it; empty for one that was opened
/// @param objectMaps gives the descriptor of a map of the program's object, by name; empty where it
///   has no such map
/// @param descriptors gives the descriptor of what a place refers to
/// @param steps is told what is done, a sentence each
public record Attaching(
    String what,
    int program,
    Optional<ProgramType> type,
    Optional<ProgramSpec> spec,
    Function<String, OptionalInt> objectMaps,
    ToIntFunction<Handle> descriptors,
    Consumer<String> steps) {

  /// What the program was loaded for, where that is known.
  public Optional<AttachType> attachType() {
    return spec.flatMap(ProgramSpec::attachType);
  }

  /// Tells what is done.
  public void step(String sentence) {
    steps.accept(sentence);
  }

  /// The descriptor of what a place refers to.
  public int descriptor(Handle handle) {
    return descriptors.applyAsInt(handle);
  }

  /// The descriptor of a map of the program's object; empty where it has no such map.
  public OptionalInt map(String name) {
    return objectMaps.apply(name);
  }

  /// The refusal of a command that wants no privileges.
  public KernelException refusal(String command, int errno) {
    return refusal(command, errno, Set.of());
  }

  /// The refusal of a command that wants some capabilities.
  public KernelException refusal(String command, int errno, Set<Capability> needs) {
    return Refusal.of(what, command, errno, needs);
  }
}
