import java.util.concurrent.atomic.AtomicLong;
import org.ebpf4j.codec.U16;
import org.ebpf4j.program.Bpf;
import org.ebpf4j.program.Section;
import org.ebpf4j.program.map.LruHashMap;
import org.ebpf4j.program.map.RingBuffer;

/// TCP connections by address: an event for each that is established, and how many there were to
/// each address. The same as `examples/tools/tcpconn.bpf.c`; an address of IPv6 is two numbers in
/// network order.
class TcpConnections {
  static final int TCP = 6;
  static final int ESTABLISHED = 1;
  static final int SYN_SENT = 2;
  static final int SYN_RECV = 3;

  /// What the tracepoint gives.
  static final class State {
    long common;
    long skaddr;
    int oldstate;
    int newstate;
    @U16 int sport;
    @U16 int dport;
    @U16 int family;
    @U16 int protocol;
    int saddr;
    int daddr;
    long saddr_high;
    long saddr_low;
    long daddr_high;
    long daddr_low;
  }

  static final class Event {
    long ns;
    int connect;
    long saddr_high;
    long saddr_low;
    long daddr_high;
    long daddr_low;
    @U16 int sport;
    @U16 int dport;
  }

  record Address(long high, long low, int dport) {}

  static int only_port = 0;
  static final AtomicLong lost = new AtomicLong();
  static final RingBuffer<Event> events = new RingBuffer<>(Event.class, 256 * 1024);
  static final LruHashMap<Address, AtomicLong> connects = new LruHashMap<>(4096);

  @Section("tracepoint/sock/inet_sock_set_state")
  static int state_changed(State state) {
    if (state.protocol != TCP || state.newstate != ESTABLISHED) {
      return 0;
    }
    boolean connect = state.oldstate == SYN_SENT;
    if (!connect && state.oldstate != SYN_RECV) {
      return 0;
    }
    if (only_port != 0 && only_port != state.sport && only_port != state.dport) {
      return 0;
    }
    if (connect) {
      count(new Address(state.daddr_high, state.daddr_low, state.dport));
    }
    Event event = events.reserve();
    if (event == null) {
      lost.incrementAndGet();
      return 0;
    }
    event.ns = Bpf.ktimeNs();
    event.connect = connect ? 1 : 0;
    event.saddr_high = state.saddr_high;
    event.saddr_low = state.saddr_low;
    event.daddr_high = state.daddr_high;
    event.daddr_low = state.daddr_low;
    event.sport = state.sport;
    event.dport = state.dport;
    events.submit(event);
    return 0;
  }

  private static void count(Address address) {
    AtomicLong count = connects.lookup(address);
    if (count != null) {
      count.incrementAndGet();
    } else {
      connects.put(address, new AtomicLong(1));
    }
  }
}
