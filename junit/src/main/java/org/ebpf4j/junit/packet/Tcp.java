package org.ebpf4j.junit.packet;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import org.ebpf4j.object.Bytes;

/// The header of TCP (RFC 9293).
///
/// @param sourcePort whom it is from
/// @param destinationPort whom it is for
/// @param sequence the number of the first byte, 32 bits
/// @param acknowledgment the number of the next byte that is expected, 32 bits
/// @param flags its flags
/// @param window how much may be sent
/// @param checksum the checksum over parts of the IP header, this one and the content
/// @param urgent the urgent pointer
/// @param options the options, a multiple of 4 bytes, 40 at most
public record Tcp(
    int sourcePort,
    int destinationPort,
    long sequence,
    long acknowledgment,
    Set<TcpFlag> flags,
    int window,
    int checksum,
    int urgent,
    Bytes options)
    implements Layer {
  /// @throws IllegalArgumentException for a number or options that do not fit
  public Tcp {
    Fields.check("sourcePort", sourcePort, 0xffff);
    Fields.check("destinationPort", destinationPort, 0xffff);
    Fields.check("sequence", sequence, 0xffff_ffffL);
    Fields.check("acknowledgment", acknowledgment, 0xffff_ffffL);
    Fields.check("window", window, 0xffff);
    Fields.checkOrAuto("checksum", checksum, 0xffff);
    Fields.check("urgent", urgent, 0xffff);
    Fields.checkOptions(options);
    var own = EnumSet.noneOf(TcpFlag.class);
    own.addAll(flags);
    flags = Collections.unmodifiableSet(own);
  }

  /// A header with a flag `ACK` and a window of 65535.
  public static Tcp of(int sourcePort, int destinationPort) {
    return new Tcp(
        sourcePort, destinationPort, 1, 1, Set.of(TcpFlag.ACK), 0xffff, AUTO, 0, Bytes.EMPTY);
  }

  /// The header of a connection that begins.
  public static Tcp syn(int sourcePort, int destinationPort) {
    return of(sourcePort, destinationPort).withNumbers(1, 0).withFlags(TcpFlag.SYN);
  }

  /// The same with other numbers.
  public Tcp withNumbers(long otherSequence, long otherAcknowledgment) {
    return new Tcp(
        sourcePort,
        destinationPort,
        otherSequence,
        otherAcknowledgment,
        flags,
        window,
        checksum,
        urgent,
        options);
  }

  /// The same with these flags and no others.
  public Tcp withFlags(TcpFlag... others) {
    return new Tcp(
        sourcePort,
        destinationPort,
        sequence,
        acknowledgment,
        Set.of(others),
        window,
        checksum,
        urgent,
        options);
  }

  /// The same with another window.
  public Tcp withWindow(int other) {
    return new Tcp(
        sourcePort,
        destinationPort,
        sequence,
        acknowledgment,
        flags,
        other,
        checksum,
        urgent,
        options);
  }

  /// The same with a checksum that is not worked out, such as a wrong one.
  public Tcp withChecksum(int other) {
    return new Tcp(
        sourcePort,
        destinationPort,
        sequence,
        acknowledgment,
        flags,
        window,
        other,
        urgent,
        options);
  }

  /// The same with options, which are filled up with zeroes to a multiple of 4 bytes.
  public Tcp withOptions(byte... other) {
    return new Tcp(
        sourcePort,
        destinationPort,
        sequence,
        acknowledgment,
        flags,
        window,
        checksum,
        urgent,
        Fields.options(other));
  }

  @Override
  public int size() {
    return 20 + options.size();
  }
}
