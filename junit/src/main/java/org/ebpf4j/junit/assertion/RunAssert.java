package org.ebpf4j.junit.assertion;

import org.ebpf4j.RunResult;
import org.ebpf4j.junit.packet.Packet;
import org.opentest4j.AssertionFailedError;

/// Assertions about what came of a run. For the thread of the test.
public final class RunAssert {
  private final RunResult result;

  RunAssert(RunResult result) {
    this.result = result;
  }

  /// The program returned that number.
  public RunAssert returned(int value) {
    return check(value, Integer.toString(value), Integer.toString(result.returnValue()));
  }

  /// The program said that with a packet, as XDP programs do.
  public RunAssert returned(XdpAction action) {
    return check(
        action.number(),
        XdpAction.describe(action.number()),
        XdpAction.describe(result.returnValue()));
  }

  /// The program said that with a packet, as those of traffic control do.
  public RunAssert returned(TcAction action) {
    return check(
        action.number(),
        TcAction.describe(action.number()),
        TcAction.describe(result.returnValue()));
  }

  private RunAssert check(int value, String expected, String actual) {
    if (result.returnValue() != value) {
      throw new AssertionFailedError(
          "the program returned " + actual + ", where " + expected + " was expected",
          value,
          result.returnValue());
    }
    return this;
  }

  /// The program left that packet. The message tells field by field where it is another one.
  public RunAssert left(Packet expected) {
    packet().isEqualTo(expected);
    return this;
  }

  /// The packet that the program left.
  public PacketAssert packet() {
    return new PacketAssert(Packet.parse(result.dataOut()));
  }
}
