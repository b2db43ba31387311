package org.ebpf4j.vm.packet;

import java.util.List;
import java.util.Optional;

/// What came of a packet that went through a program. A value.
///
/// @param program the name of the program
/// @param verdict what it says
/// @param returned the number that it returned
/// @param packet the packet as it left it, with its Ethernet header where its type sees one
/// @param metadata what is before the packet (`bpf_xdp_adjust_meta`)
/// @param redirect where the packet goes, where it goes somewhere else
/// @param entries what the programs of the entries said that it was sent to, one after the other:
///   of maps of devices and CPUs, where an entry has a program
/// @param clones the copies that it sent (`bpf_clone_redirect`)
/// @param context the context as it left it; [ContextFields] reads it
@SuppressWarnings("ArrayRecordComponent") // Copied, and never compared.
public record PacketResult(
    String program,
    PacketVerdict verdict,
    int returned,
    byte[] packet,
    byte[] metadata,
    Optional<Redirect> redirect,
    List<PacketResult> entries,
    List<Clone> clones,
    byte[] context) {
  /// A copy of a packet that was sent.
  ///
  /// @param target where to
  /// @param packet the packet, as it was then
  @SuppressWarnings("ArrayRecordComponent") // Copied, and never compared.
  public record Clone(Redirect target, byte[] packet) {
    /// Copies the bytes.
    public Clone {
      packet = packet.clone();
    }

    @Override
    public byte[] packet() {
      return packet.clone();
    }
  }

  /// Copies what can change.
  public PacketResult {
    packet = packet.clone();
    metadata = metadata.clone();
    entries = List.copyOf(entries);
    clones = List.copyOf(clones);
    context = context.clone();
  }

  @Override
  public byte[] packet() {
    return packet.clone();
  }

  @Override
  public byte[] metadata() {
    return metadata.clone();
  }

  @Override
  public byte[] context() {
    return context.clone();
  }

  /// Whether the packet is still there: it goes on, back, or somewhere else where it is let live.
  public boolean isAlive() {
    return switch (verdict) {
      case PASS, NEXT, TRANSMIT -> true;
      case REDIRECT -> entries.isEmpty() || entries.stream().anyMatch(PacketResult::isAlive);
      case DROP, ABORTED, RECLASSIFY, STOLEN, UNKNOWN -> false;
    };
  }

  /// The packet as it is sent: as the last program left it that saw it. Of several entries it is
  /// that of the first which lets it live.
  public byte[] sent() {
    return entries.stream()
        .filter(PacketResult::isAlive)
        .findFirst()
        .map(PacketResult::sent)
        .orElseGet(this::packet);
  }
}
