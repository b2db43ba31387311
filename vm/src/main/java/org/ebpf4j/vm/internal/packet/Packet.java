package org.ebpf4j.vm.internal.packet;

import java.util.Arrays;
import java.util.Objects;
import org.ebpf4j.vm.internal.machine.Region;

/// A packet in memory, with room before and behind it.
public final class Packet extends Region {
  /// What there is room for before a packet (`XDP_PACKET_HEADROOM`).
  public static final int HEADROOM = 256;

  private static final int ETHERNET = 14;

  private final int headroom;
  private int start;
  private int end;
  private int network;
  private int link;

  /// A packet with these bytes, with the usual room before it.
  ///
  /// @param tailroom by how many bytes it may grow
  public Packet(byte[] bytes, int tailroom) {
    this(HEADROOM, bytes.length + tailroom);
    set(bytes, 0, 0);
  }

  /// Room for packets; none is there yet.
  ///
  /// @param room how many bytes one may have
  public Packet(int headroom, int room) {
    super("the packet", new byte[headroom + room], headroom, headroom, true);
    this.headroom = headroom;
    this.end = headroom + room;
  }

  /// Puts another packet there.
  ///
  /// @param metadata how many of the bytes are metadata before the packet
  /// @param hidden how many bytes of headers programs do not see
  public void set(byte[] all, int metadata, int hidden) {
    var bytes = Objects.requireNonNull(bytes());
    System.arraycopy(all, 0, bytes, headroom, all.length);
    link = headroom + metadata;
    start = link + hidden;
    network = Math.min(link + ETHERNET, headroom + all.length);
    resize(hidden == 0 ? headroom : start, headroom + all.length);
  }

  /// Has it grow to no more than that many bytes, metadata included.
  public void limit(int room) {
    end = Math.min(headroom + room, Objects.requireNonNull(bytes()).length);
  }

  /// The offset of its Ethernet header.
  public int link() {
    return link;
  }

  /// The offset of the header behind that.
  public int network() {
    return network;
  }

  /// Moves where headers are, as what is before them grew or shrank.
  public void setHeaders(int linkHeader, int networkHeader) {
    link = linkHeader;
    network = networkHeader;
  }

  /// The bytes of the metadata before it.
  public byte[] metadata() {
    return Arrays.copyOfRange(Objects.requireNonNull(bytes()), from(), start);
  }

  /// The offset of its first byte; what is before it is metadata.
  public int start() {
    return start;
  }

  /// How many bytes it has.
  public int length() {
    return to() - start;
  }

  /// The bytes of the packet itself.
  public byte[] content() {
    return Arrays.copyOfRange(Objects.requireNonNull(bytes()), start, to());
  }

  /// Moves the first byte; metadata moves along.
  ///
  /// @param before what has to be left free before it
  /// @return whether there was room
  public boolean moveHead(int delta, int atLeast, int before) {
    var head = start + delta;
    var meta = from() + delta;
    if (meta < before || head > to() - atLeast) {
      return false;
    }
    var bytes = Objects.requireNonNull(bytes());
    System.arraycopy(bytes, from(), bytes, meta, start - from());
    start = head;
    resize(meta, to());
    return true;
  }

  /// Moves the end. New bytes are zero.
  ///
  /// @return whether there was room
  public boolean moveTail(int delta, int atLeast) {
    var tail = to() + delta;
    if (tail > end || tail < start + atLeast) {
      return false;
    }
    if (delta > 0) {
      Arrays.fill(Objects.requireNonNull(bytes()), to(), tail, (byte) 0);
    }
    resize(from(), tail);
    return true;
  }

  /// Moves where metadata begins. The caller has looked whether that can be.
  public void moveMeta(int delta) {
    resize(from() + delta, to());
  }

  /// Puts zeroes before a place, for which what is before that moves towards the begin; metadata is
  /// lost.
  ///
  /// @param offset the place, from the first byte
  /// @return whether there was room
  public boolean insert(int offset, int count) {
    if (start - count < 0 || offset > length()) {
      return false;
    }
    var bytes = Objects.requireNonNull(bytes());
    var head = start - count;
    System.arraycopy(bytes, start, bytes, head, offset);
    Arrays.fill(bytes, head + offset, start + offset, (byte) 0);
    start = head;
    resize(head, to());
    return true;
  }

  /// Takes bytes out, for which what is before them moves towards the end; metadata is lost.
  ///
  /// @param offset where they are, from the first byte
  /// @return whether there were as many
  public boolean cut(int offset, int count) {
    if (offset + count > length()) {
      return false;
    }
    var bytes = Objects.requireNonNull(bytes());
    System.arraycopy(bytes, start, bytes, start + count, offset);
    start += count;
    resize(start, to());
    return true;
  }
}
