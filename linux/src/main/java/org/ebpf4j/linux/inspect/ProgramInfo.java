package org.ebpf4j.linux.inspect;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.ebpf4j.ProgramStatistics;
import org.ebpf4j.attach.ProgramType;

/// What the kernel says of a program (`struct bpf_prog_info`). A value: it does not change when the
/// program does.
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
/// @param origin who loaded it, and when
/// @param types the types that it came with, and what it was loaded for
/// @param statistics how often it has run; counted only while statistics are on
/// @param lockedBytes the memory that is charged for it; empty where it was not asked for, or
///   `/proc` does not say
/// @param fullName its name, which its types may have longer than the kernel does
public record ProgramInfo(
    int id,
    int type,
    String name,
    String tag,
    int translatedBytes,
    int jitedBytes,
    List<Integer> mapIds,
    long verifiedInstructions,
    Origin origin,
    Types types,
    ProgramStatistics statistics,
    OptionalLong lockedBytes,
    String fullName) {
  public ProgramInfo {
    mapIds = List.copyOf(mapIds);
  }

  /// Who loaded a program, and when.
  ///
  /// @param loaded when it was loaded
  /// @param uid the user who loaded it
  /// @param gplCompatible whether its license lets it call the functions for GPL programs
  /// @param device the index of the network device that runs it in place of the kernel, or 0
  /// @param orphaned whether that device is gone: the kernel says little of such a program, which
  ///   runs no more, and all that it does not say is 0 or empty here
  public record Origin(
      Instant loaded, int uid, boolean gplCompatible, int device, boolean orphaned) {}

  /// The types of a program.
  ///
  /// @param btfId the id of the BTF that it was loaded with, or 0
  /// @param targetBtfId the id of the BTF with what it was loaded for; 0 where it is for no type,
  ///   or where the kernel does not say (before 6.0)
  /// @param target the id, in that BTF, of what it was loaded for, such as a function, or 0
  public record Types(int btfId, int targetBtfId, int target) {}

  /// The same, with the memory that is charged for it.
  public ProgramInfo withLockedBytes(OptionalLong bytes) {
    return new ProgramInfo(
        id,
        type,
        name,
        tag,
        translatedBytes,
        jitedBytes,
        mapIds,
        verifiedInstructions,
        origin,
        types,
        statistics,
        bytes,
        fullName);
  }

  /// The same, with the name that its types have for it.
  public ProgramInfo withFullName(String other) {
    return new ProgramInfo(
        id,
        type,
        name,
        tag,
        translatedBytes,
        jitedBytes,
        mapIds,
        verifiedInstructions,
        origin,
        types,
        statistics,
        lockedBytes,
        other);
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
