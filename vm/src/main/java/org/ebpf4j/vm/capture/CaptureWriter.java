package org.ebpf4j.vm.capture;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.FileError;

/// Writes a capture of Ethernet frames with times in nanoseconds, packet after packet, in the byte
/// order of most machines (little-endian). For one thread; closed by who opened it.
public final class CaptureWriter implements AutoCloseable {
  private static final int BUFFER = 1 << 16;
  private static final long SECOND = 1_000_000_000;
  private static final int ENHANCED_PACKET = 6;
  private static final int RESOLUTION = 9;

  private final String name;
  private final OutputStream stream;
  private final boolean blocks;
  private final ByteBuffer head = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);

  private CaptureWriter(String name, OutputStream stream, boolean blocks) {
    this.name = name;
    this.stream = stream;
    this.blocks = blocks;
  }

  /// Writes a file: pcapng where its name ends so, else pcap.
  public static CaptureWriter create(Path file) {
    try {
      return of(file.toString(), Files.newOutputStream(file), file.toString().endsWith(".pcapng"));
    } catch (IOException e) {
      throw FileError.of(file, "written", e);
    }
  }

  /// Writes to a stream, which is closed with this.
  ///
  /// @param name what it is called in messages
  /// @param blocks whether it is pcapng
  public static CaptureWriter of(String name, OutputStream stream, boolean blocks) {
    var writer = new CaptureWriter(name, new BufferedOutputStream(stream, BUFFER), blocks);
    writer.begin();
    return writer;
  }

  private void begin() {
    if (blocks) {
      var section = ByteBuffer.allocate(28 + 32).order(ByteOrder.LITTLE_ENDIAN);
      section.putInt(CaptureFormat.SECTION).putInt(28).putInt(0x1a2b3c4d);
      section.putShort((short) 1).putShort((short) 0).putLong(-1).putInt(28);
      section.putInt(1).putInt(32).putShort((short) LinkType.ETHERNET.number());
      section.putShort((short) 0).putInt(0);
      section.putShort((short) RESOLUTION).putShort((short) 1).put((byte) 9).put(new byte[3]);
      section.putInt(0).putInt(32);
      write(section.array(), section.position());
    } else {
      var header = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
      header.putInt(RecordFormat.NANOS).putShort((short) 2).putShort((short) 4);
      header.putInt(0).putInt(0).putInt(CaptureFormat.MOST);
      header.putInt(LinkType.ETHERNET.number());
      write(header.array(), header.position());
    }
  }

  /// Writes a packet, as an Ethernet frame.
  ///
  /// @throws BpfException where it cannot be written
  public void write(CapturedPacket packet) {
    var frame = packet.frame();
    var length = Math.max(packet.length() - packet.bytes().length, 0) + frame.length;
    write(packet.nanos(), length, frame);
  }

  /// Writes a frame that was kept whole.
  ///
  /// @param nanos when it was captured, in nanoseconds since 1970
  public void write(long nanos, byte[] frame) {
    write(nanos, frame.length, frame);
  }

  private void write(long nanos, int length, byte[] frame) {
    head.clear();
    if (blocks) {
      var padded = (frame.length + 3) / 4 * 4;
      head.putInt(ENHANCED_PACKET).putInt(32 + padded).putInt(0);
      head.putInt((int) (nanos >>> 32)).putInt((int) nanos).putInt(frame.length).putInt(length);
      write(head.array(), head.position());
      write(frame, frame.length);
      head.clear();
      head.putInt(0);
      write(head.array(), padded - frame.length);
      head.clear();
      head.putInt(32 + padded);
      write(head.array(), head.position());
    } else {
      head.putInt((int) Math.floorDiv(nanos, SECOND)).putInt((int) Math.floorMod(nanos, SECOND));
      head.putInt(frame.length).putInt(length);
      write(head.array(), head.position());
      write(frame, frame.length);
    }
  }

  private void write(byte[] bytes, int count) {
    try {
      stream.write(bytes, 0, count);
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  private BpfException unwritable(IOException e) {
    return new BpfException(name + " cannot be written: " + e.getMessage(), e);
  }

  @Override
  public void close() {
    try {
      stream.close();
    } catch (IOException e) {
      throw unwritable(e);
    }
  }
}
