package org.ebpf4j.linux.inspect;

import java.util.List;
import java.util.Optional;
import org.ebpf4j.attach.ProgramType;

/// What the kernel says of a program (`struct bpf_prog_info`).
///
/// @param id its id
/// @param type the number of its type, see [#programType()]
/// @param name its name, at most 15 bytes
/// @param tag the first 8 bytes of a hash of its instructions, in hexadecimal
/// @param translatedBytes the size of its instructions as the kernel keeps them
/// @param jitedBytes the size of its machine code; 0 where it is interpreted
/// @param mapIds the maps it keeps alive
/// @param verifiedInstructions how many instructions the verifier went through, each as often as it
///   did; 0 where the kernel does not say (before 5.16)
public record ProgramInfo(
    int id,
    int type,
    String name,
    String tag,
    int translatedBytes,
    int jitedBytes,
    List<Integer> mapIds,
    long verifiedInstructions) {
  public ProgramInfo {
    mapIds = List.copyOf(mapIds);
  }

  /// Its type; empty for one that this library does not know.
  public Optional<ProgramType> programType() {
    return ProgramType.of(type);
  }

  /// The name of its type, such as `tracepoint`, or `type N` for one that this library does not
  /// know.
  public String typeLabel() {
    return programType().map(ProgramType::label).orElse("type " + type);
  }
}
