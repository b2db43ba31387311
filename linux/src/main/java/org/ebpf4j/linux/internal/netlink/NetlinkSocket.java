package org.ebpf4j.linux.internal.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Queue;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.linux.internal.host.Privileges.Capability;
import org.ebpf4j.linux.internal.host.Refusal;
import org.ebpf4j.linux.internal.sys.Fd;
import org.ebpf4j.linux.internal.sys.NetlinkCalls;
import org.ebpf4j.linux.internal.sys.NetlinkCalls.Datagram;

/// A socket to the part of the kernel that has network devices, routes and traffic control. It
/// belongs to the network namespace of the thread that opened it, whichever thread uses it, and
/// keeps that namespace alive. One request is made after the other.
public final class NetlinkSocket implements AutoCloseable {
  private static final int NLMSG_ERROR = 2;
  private static final int NLMSG_DONE = 3;
  private static final int NLM_F_DUMP_INTR = 0x10;
  private static final int NLM_F_CAPPED = 0x100;
  private static final int NLM_F_ACK_TLVS = 0x200;
  private static final int NLMSGERR_ATTR_MSG = 1;

  /// How often a list is asked for that changed while it was read.
  private static final int MAX_DUMPS = 100;

  private final Fd fd;
  private final int port;
  private int sequence;

  private NetlinkSocket(Fd fd, int port) {
    this.fd = fd;
    this.port = port;
  }

  /// Opens one in the calling thread's network namespace.
  ///
  /// @throws KernelException where the kernel refuses
  public static NetlinkSocket open() {
    var opened = NetlinkCalls.open();
    if (!opened.ok()) {
      throw Refusal.of(
          "a netlink socket", "socket", opened.errno(), EnumSet.noneOf(Capability.class));
    }
    var port = NetlinkCalls.port(opened.fd().number());
    if (port < 0) {
      opened.fd().close();
      throw KernelException.of("a netlink socket", "getsockname", (int) -port);
    }
    return new NetlinkSocket(opened.fd(), (int) port);
  }

  /// The descriptor, which closes with this.
  public Fd fd() {
    return fd;
  }

  /// Has the kernel do something. Its messages are what it echoes, where that was asked for, or
  /// what it was asked for.
  ///
  /// @throws KernelException where the socket itself fails
  public synchronized NetlinkReply request(NetlinkRequest request) {
    return exchange(request, NetlinkRequest.NLM_F_ACK);
  }

  /// Asks for all of a kind. What changes while it is read is asked for again, so that the answer
  /// is whole.
  ///
  /// @throws KernelException where the socket itself fails, or it never stays the same long enough
  public synchronized NetlinkReply dump(NetlinkRequest request) {
    for (var i = 0; i < MAX_DUMPS; i++) {
      var reply = exchange(request, NetlinkRequest.NLM_F_DUMP);
      if (reply.messages().stream().noneMatch(m -> (m.flags() & NLM_F_DUMP_INTR) != 0)) {
        return reply;
      }
    }
    throw new KernelException(
        "recvfrom",
        Errno.EAGAIN,
        "a netlink socket: what was asked for changed each time while it was read");
  }

  /// Has the kernel do two things, one after the other, in one system call: a process that is
  /// killed has had both done or neither. The second is done even where the first is refused.
  ///
  /// @return what came of each
  /// @throws KernelException where the socket itself fails
  public synchronized List<NetlinkReply> both(NetlinkRequest first, NetlinkRequest second) {
    var one = first.toBytes(NetlinkRequest.NLM_F_ACK, sequence + 1, port);
    var two = second.toBytes(NetlinkRequest.NLM_F_ACK, sequence + 2, port);
    // Each message begins at a multiple of 4 bytes, which is what they are padded to.
    var bytes = Arrays.copyOf(one, one.length + two.length);
    System.arraycopy(two, 0, bytes, one.length, two.length);
    send(bytes);
    var replies = new ArrayList<NetlinkReply>();
    var pending = new ArrayDeque<NetlinkMessage>();
    for (int i = 0; i < 2; i++) {
      sequence++;
      replies.add(answer(pending));
    }
    return replies;
  }

  private NetlinkReply exchange(NetlinkRequest request, int flags) {
    sequence++;
    send(request.toBytes(flags, sequence, port));
    return answer(new ArrayDeque<>());
  }

  private void send(byte[] bytes) {
    var sent = NetlinkCalls.send(fd.number(), bytes);
    if (sent != 0) {
      throw KernelException.of("a netlink socket", "sendto", sent);
    }
  }

  /// The answer to the request with the number that is counted now.
  ///
  /// @param pending messages that have been received and not read
  private NetlinkReply answer(Queue<NetlinkMessage> pending) {
    var answers = new ArrayList<NetlinkMessage>();
    while (true) {
      if (pending.isEmpty()) {
        pending.addAll(parse(receive()));
      }
      while (!pending.isEmpty()) {
        var message = pending.remove();
        if (message.sequence() != sequence || message.port() != port) {
          continue; // Of a request whose answer was given up.
        }
        if (message.type() == NLMSG_ERROR) {
          return new NetlinkReply(-message.i32(0), errorText(message), answers);
        }
        if (message.type() == NLMSG_DONE) {
          if ((message.flags() & NLM_F_DUMP_INTR) != 0) {
            answers.add(message);
          }
          return new NetlinkReply(-message.i32(0), doneText(message), answers);
        }
        answers.add(message);
      }
    }
  }

  private byte[] receive() {
    Datagram datagram;
    do {
      datagram = NetlinkCalls.receive(fd.number());
      if (datagram.errno() != 0) {
        throw KernelException.of("a netlink socket", "recvfrom", datagram.errno());
      }
    } while (datagram.port() != 0); // Not the kernel: any process may write to a port.
    return datagram.bytes();
  }

  /// The messages of a datagram, up to the first that is not whole.
  static List<NetlinkMessage> parse(byte[] bytes) {
    var messages = new ArrayList<NetlinkMessage>();
    var buffer = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    var position = 0;
    while (position + NetlinkRequest.HEADER_SIZE <= bytes.length) {
      var length = buffer.getInt(position);
      if (length < NetlinkRequest.HEADER_SIZE || length > bytes.length - position) {
        break;
      }
      messages.add(
          new NetlinkMessage(
              Short.toUnsignedInt(buffer.getShort(position + 4)),
              Short.toUnsignedInt(buffer.getShort(position + 6)),
              buffer.getInt(position + 8),
              buffer.getInt(position + 12),
              buffer
                  .slice(position + NetlinkRequest.HEADER_SIZE, length - NetlinkRequest.HEADER_SIZE)
                  .order(ByteOrder.nativeOrder())));
      position += (length + 3) & ~3;
    }
    return messages;
  }

  /// What is behind the error number: the header of the request, the rest of it where the kernel
  /// did not leave that out, and attributes.
  private static String errorText(NetlinkMessage message) {
    if ((message.flags() & NLM_F_ACK_TLVS) == 0) {
      return "";
    }
    var request =
        (message.flags() & NLM_F_CAPPED) != 0 ? NetlinkRequest.HEADER_SIZE : message.i32(4);
    return message.attributes(4 + request).text(NLMSGERR_ATTR_MSG);
  }

  private static String doneText(NetlinkMessage message) {
    return (message.flags() & NLM_F_ACK_TLVS) == 0
        ? ""
        : message.attributes(4).text(NLMSGERR_ATTR_MSG);
  }

  @Override
  public void close() {
    fd.close();
  }
}
