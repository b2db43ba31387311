package org.ebpf4j.linux.attach;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.attach.Tracepoint;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.insn.Immediate;
import org.ebpf4j.insn.Instruction;
import org.ebpf4j.insn.Instructions;
import org.ebpf4j.insn.Opcode;
import org.ebpf4j.insn.Register;
import org.ebpf4j.insn.Width;
import org.ebpf4j.linux.internal.host.Memlock;
import org.ebpf4j.linux.internal.host.Tracefs;
import org.ebpf4j.linux.internal.netlink.NetlinkSocket;
import org.ebpf4j.linux.internal.netlink.TrafficControl;
import org.ebpf4j.linux.internal.netlink.XdpRequests;
import org.ebpf4j.linux.internal.query.ObjectInfo;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.Fd;
import org.ebpf4j.linux.internal.sys.FileIo;
import org.ebpf4j.linux.internal.sys.LinkCalls;
import org.ebpf4j.linux.internal.sys.MapCreate;
import org.ebpf4j.linux.internal.sys.Perf;
import org.ebpf4j.linux.internal.sys.ProgramLoad;
import org.ebpf4j.linux.internal.sys.Result;
import org.ebpf4j.linux.internal.sys.Sockets;
import org.ebpf4j.linux.internal.sys.ZooCalls;
import org.ebpf4j.linux.reference.ObjectKey;
import org.ebpf4j.object.Bytes;
import org.ebpf4j.object.MapType;

/// Objects of the kernel, each of which is held by just one kind of reference: 27 kinds. All of it
/// is in namespaces, cgroups and directories of its own, and gone when it is closed.
public final class ReferenceZoo implements AutoCloseable {
  /// One object.
  ///
  /// @param holder what holds it, of the 27 kinds
  /// @param object what is held
  /// @param kind what the reference is to be called
  /// @param count how many references there are
  public record Animal(String holder, ObjectKey object, String kind, long count) {}

  private interface Closing {
    void close() throws Exception;
  }

  private final List<Animal> animals = new ArrayList<>();
  private @org.jspecify.annotations.Nullable Fd descriptor;
  private final List<String> missing = new ArrayList<>();
  private final Deque<Closing> closings = new ArrayDeque<>();
  private final Path directory;
  private final Path pins;

  /// A thread with a table of descriptors and a mount namespace of its own.
  private final ExecutorService loner =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("zoo").factory());

  private ReferenceZoo() throws Exception {
    Memlock.lift();
    directory = Files.createTempDirectory("ebpf4j-zoo-");
    closings.push(() -> Files.delete(directory));
    pins = Files.createTempDirectory(Path.of("/sys/fs/bpf"), "ebpf4j-zoo-");
    closings.push(() -> Files.delete(pins));
  }

  /// Makes all of them.
  public static ReferenceZoo open() throws Exception {
    var zoo = new ReferenceZoo();
    try {
      zoo.fill();
      return zoo;
    } catch (Exception | Error e) {
      zoo.close();
      throw e;
    }
  }

  /// One program, held by one descriptor.
  static ReferenceZoo one() throws Exception {
    return one(ProgramType.XDP);
  }

  /// The same for routes.
  static ReferenceZoo lwt() throws Exception {
    return one(ProgramType.LWT_OUT);
  }

  private static ReferenceZoo one(ProgramType type) throws Exception {
    var zoo = new ReferenceZoo();
    zoo.descriptor = zoo.keep(program(type, 0, 0));
    zoo.add("fd in a process", key(zoo.descriptor), "fd");
    return zoo;
  }

  /// One program on a perf event of the calling thread, which threads that it starts inherit.
  static ReferenceZoo inherited() throws Exception {
    var zoo = new ReferenceZoo();
    try (var program = program(ProgramType.PERF_EVENT)) {
      var thread =
          Integer.parseInt(Files.readSymbolicLink(Path.of("/proc/thread-self")).getFileName() + "");
      var event = zoo.keep(fd("perf_event_open", Perf.openSampling(1, 0, 1, true, thread, -1)));
      check("PERF_EVENT_IOC_SET_BPF", Perf.setProgram(event.number(), program.number()));
      zoo.add("perf_event", key(program), "perf_event");
    }
    return zoo;
  }

  /// One program on a perf event that only an array of events keeps.
  static ReferenceZoo inArray() throws Exception {
    var zoo = new ReferenceZoo();
    var array = zoo.keep(map(MapType.PERF_EVENT_ARRAY, 4, 4, 4, 0));
    try (var program = program(ProgramType.PERF_EVENT);
        var event = fd("perf_event_open", Perf.openSampling(1, 0, 1, true, -1, 0))) {
      check("PERF_EVENT_IOC_SET_BPF", Perf.setProgram(event.number(), program.number()));
      // It stays for as long as the descriptor of the map that it was put there by.
      check("update", Bpf.mapUpdate(array.number(), words(0), words(event.number()), 0));
      zoo.add("perf_event_array slot", key(program), "perf_event_array");
    }
    return zoo;
  }

  /// The descriptor of the one program.
  Fd descriptor() {
    return java.util.Objects.requireNonNull(descriptor);
  }

  public List<Animal> animals() {
    return animals;
  }

  /// The kinds that this kernel does not have.
  public List<String> missing() {
    return missing;
  }

  private void fill() throws Exception {
    // First, as the thread takes a copy of all descriptors along.
    lonelyDescriptor();
    files();
    pins();
    links();
    network();
    cgroup();
    events();
    maps();
    sockets();
  }

  private void add(String holder, ObjectKey object, String kind) {
    animals.add(new Animal(holder, object, kind, 1));
  }

  private <T extends AutoCloseable> T keep(T closeable) {
    closings.push(closeable::close);
    return closeable;
  }

  private static Fd fd(String what, Result result) {
    if (!result.ok()) {
      throw KernelException.of("the zoo", what, result.errno());
    }
    return result.fd();
  }

  private static void check(String what, int errno) {
    if (errno != 0) {
      throw KernelException.of("the zoo", what, errno);
    }
  }

  private static Fd program(ProgramType type) {
    return program(type, 0, 0);
  }

  /// A program that does nothing, and may know a map.
  private static Fd program(ProgramType type, int attachType, int map) {
    var code = new ArrayList<Instruction>();
    if (map != 0) {
      code.add(new Instruction.LoadImmediate64(Register.R1, Opcode.PSEUDO_MAP_FD, map));
    }
    code.add(new Instruction.Move(Width.W64, Register.R0, new Immediate(1)));
    code.add(new Instruction.Exit());
    var bytes = Instructions.assemble(code).toBytes(ByteOrder.nativeOrder());
    var load = ProgramLoad.of(type.number(), bytes, "GPL", "zoo").withAttachType(attachType);
    return fd("PROG_LOAD " + type, Bpf.progLoad(load, 0, 0).result());
  }

  private static Fd map(MapType type, int keySize, int valueSize, int entries, int flags) {
    var map = MapCreate.of(type.number(), keySize, valueSize, entries, "zoo").withFlags(flags);
    return fd("MAP_CREATE " + type, Bpf.mapCreate(map));
  }

  private static ObjectKey key(Fd program) {
    return ObjectKey.program(ObjectInfo.program(program.number()).id());
  }

  private static ObjectKey mapKey(Fd map) {
    return ObjectKey.map(ObjectInfo.map(map.number()).id());
  }

  private static byte[] words(int... words) {
    var buffer = ByteBuffer.allocate(words.length * 4).order(ByteOrder.nativeOrder());
    for (var word : words) {
      buffer.putInt(word);
    }
    return buffer.array();
  }

  private void lonelyDescriptor() throws Exception {
    closings.push(loner::close);
    var object =
        loner
            .submit(() -> {
              ZooCalls.unshare(ZooCalls.CLONE_FILES);
              return key(program(ProgramType.SOCKET_FILTER));
            })
            .get();
    add("fd only in a thread with its own fd table", object, "fd");
  }

  private void files() {
    add("fd in a process", key(keep(program(ProgramType.XDP))), "fd");
    try (var program = program(ProgramType.XDP)) {
      add("fd in flight (SCM_RIGHTS)", key(program), "in_flight");
      for (var socket : ZooCalls.inFlight(program.number())) {
        keep(socket);
      }
    }
    if (ZooCalls.hasRings()) {
      try (var program = program(ProgramType.XDP)) {
        keep(ZooCalls.ring(program.number()));
        add("io_uring registered file", key(program), "io_uring");
      }
    } else {
      missing.add("io_uring registered file");
    }
    try (var map = map(MapType.ARRAY, 4, 64, 1, 1 << 10)) { // BPF_F_MMAPABLE
      var address = ZooCalls.map(map.number());
      closings.push(() -> ZooCalls.unmap(address));
      add("mmap after close(fd)", mapKey(map), "mmap");
    }
  }

  private void pin(Fd fd, Path path) {
    check("OBJ_PIN " + path, Bpf.pin(fd.number(), path.toString()));
    closings.push(() -> Files.deleteIfExists(path));
  }

  private void pins() throws Exception {
    try (var program = program(ProgramType.XDP)) {
      pin(program, pins.resolve("pin"));
      add("pin, normal bpffs", key(program), "pin");
    }
    try (var program = program(ProgramType.XDP)) {
      var path = pins.resolve("gone");
      pin(program, path);
      keep(ZooCalls.openPath(path.toString()));
      Files.delete(path);
      add("O_PATH fd on an unlinked pin", key(program), "deleted_pin");
    }
    var thread =
        Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("mounts").factory());
    closings.push(thread::close);
    thread
        .submit(() -> {
          ZooCalls.unshare(ZooCalls.CLONE_NEWNS);
          ZooCalls.mountBpffs(directory.toString());
          try (var program = program(ProgramType.XDP)) {
            check("OBJ_PIN", Bpf.pin(program.number(), directory.resolve("lazy").toString()));
            keep(ZooCalls.openDirectory(directory.toString()));
            ZooCalls.unmountLazily(directory.toString());
            add("pin in a lazily unmounted bpffs", key(program), "pin");
          }
          ZooCalls.mountBpffs(directory.toString());
          try (var program = program(ProgramType.XDP)) {
            check("OBJ_PIN", Bpf.pin(program.number(), directory.resolve("private").toString()));
            add("pin in a private mount ns", key(program), "pin");
          }
          return null;
        })
        .get();
  }

  private void links() {
    try (var program = program(ProgramType.RAW_TRACEPOINT)) {
      keep(
          fd("RAW_TRACEPOINT_OPEN", Bpf.rawTracepointOpen("sched_process_exit", program.number())));
      add("link (held by fd) to program", key(program), "link");
    }
    try (var program = program(ProgramType.RAW_TRACEPOINT);
        var link =
            fd(
                "RAW_TRACEPOINT_OPEN",
                Bpf.rawTracepointOpen("sched_process_exit", program.number()))) {
      pin(link, pins.resolve("link"));
      add("link (pinned) to program", key(program), "link");
      add("pin of a link", ObjectKey.link(linkId(link)), "pin");
    }
  }

  private static int linkId(Fd link) {
    var info = new byte[16];
    check("OBJ_GET_INFO_BY_FD", Bpf.info(link.number(), info, 0, 0, new int[0]));
    return ByteBuffer.wrap(info).order(ByteOrder.nativeOrder()).getInt(4);
  }

  private interface InNamespace {
    void run(NetlinkSocket socket, int device) throws Exception;
  }

  private static <T> T in(NetworkNamespace namespace, Callable<T> action) throws Exception {
    return namespace.call(action);
  }

  private void network() throws Exception {
    var namespace = keep(NetworkNamespace.create());
    namespace.ip("link", "add", "zoo0", "type", "veth", "peer", "name", "zoo1");
    InNamespace network =
        (socket, device) -> {
          try (var program = program(ProgramType.XDP)) {
            check(
                "RTM_SETLINK",
                new XdpRequests(socket).attach(device, program.number(), 1 << 1).errno());
            animals.add(new Animal("XDP netlink attach, other netns", key(program), "xdp", 3));
          }
          try (var program = program(ProgramType.SCHED_CLS)) {
            var control = new TrafficControl(socket);
            check("clsact", control.makeClsact(device).errno());
            check(
                "RTM_NEWTFILTER",
                control
                    .add(
                        new TrafficControl.NewFilter(
                            device, 0xfffffff2, 5, 1, program.number(), "zoo", true, false))
                    .errno());
            add("tc cls_bpf, other netns", key(program), "tc");
          }
          if (LinkCalls.query(device, AttachType.TCX_INGRESS.number(), false).errno()
              == Errno.EINVAL) {
            missing.add("tcx without link, other netns");
          } else {
            tcx(device);
          }
          try (var program = program(ProgramType.FLOW_DISSECTOR)) {
            check(
                "PROG_ATTACH flow_dissector",
                Bpf.progAttach(0, program.number(), AttachType.FLOW_DISSECTOR.number(), 0));
            add("flow dissector, other netns", key(program), "flow_dissector");
          }
          if (Files.exists(Path.of("/dev/net/tun"))) {
            tun();
          } else {
            missing.add("tun TUNSETFILTEREBPF");
          }
        };
    in(
        namespace,
        () -> {
          try (var socket = NetlinkSocket.open()) {
            network.run(socket, Sockets.deviceIndex("zoo0"));
          }
          return null;
        });
  }

  private void tun() {
    try (var program = program(ProgramType.SOCKET_FILTER)) {
      keep(ZooCalls.tun("zootun", program.number()));
      add("tun TUNSETFILTEREBPF", key(program), "tun");
    }
  }

  private void tcx(int device) {
    try (var program = program(ProgramType.SCHED_CLS)) {
      check(
          "PROG_ATTACH tcx",
          LinkCalls.attach(device, program.number(), AttachType.TCX_INGRESS.number(), 0, 0, 0, 0));
      add("tcx without link, other netns", key(program), "tcx");
    }
  }

  private void cgroup() throws IOException {
    var cgroup = keep(TestCgroup.create());
    try (var program = program(ProgramType.CGROUP_SKB);
        var fd = fd("open", FileIo.openDirectory(cgroup.path().toString()))) {
      check(
          "PROG_ATTACH",
          Bpf.progAttach(fd.number(), program.number(), AttachType.CGROUP_INET_EGRESS.number(), 0));
      add("cgroup legacy attach", key(program), "cgroup");
    }
  }

  private void events() {
    try (var program = program(ProgramType.TRACEPOINT);
        var tracefs = Tracefs.find("the zoo")) {
      var event =
          keep(
              fd(
                  "perf_event_open",
                  Perf.openTracepoint(tracefs.id(new Tracepoint("sched", "sched_process_exit")))));
      check("PERF_EVENT_IOC_SET_BPF", Perf.setProgram(event.number(), program.number()));
      add("perf_event + tracepoint", key(program), "perf_event");
    }
    try (var program = program(ProgramType.PERF_EVENT)) {
      var event = keep(fd("perf_event_open", Perf.openSampling(1, 0, 1, true, -1, 0)));
      check("PERF_EVENT_IOC_SET_BPF", Perf.setProgram(event.number(), program.number()));
      add("perf_event, PERF_EVENT program", key(program), "perf_event");
    }
  }

  private void maps() {
    var array = keep(map(MapType.PROG_ARRAY, 4, 4, 4, 0));
    try (var program = program(ProgramType.SOCKET_FILTER)) {
      check("update", Bpf.mapUpdate(array.number(), words(2), words(program.number()), 0));
      add("prog_array slot", key(program), "prog_array");
    }
    try (var inner = map(MapType.ARRAY, 4, 4, 1, 0)) {
      var outer =
          keep(
              fd(
                  "MAP_CREATE",
                  Bpf.mapCreate(
                      new MapCreate(
                          MapType.ARRAY_OF_MAPS.number(),
                          4,
                          4,
                          4,
                          0,
                          inner.number(),
                          0,
                          "zoo",
                          0,
                          MapCreate.Types.NONE,
                          0,
                          Bytes.EMPTY))));
      check("update", Bpf.mapUpdate(outer.number(), words(3), words(inner.number()), 0));
      add("map-in-map slot", mapKey(inner), "map_in_map");
    }
    try (var map = map(MapType.ARRAY, 4, 4, 1, 0)) {
      keep(program(ProgramType.XDP, 0, map.number()));
      add("program to map", mapKey(map), "program");
    }
    try (var map = map(MapType.ARRAY, 4, 4, 1, 0)) {
      var program = keep(program(ProgramType.XDP));
      check("PROG_BIND_MAP", Bpf.progBindMap(program.number(), map.number()));
      add("PROG_BIND_MAP", mapKey(map), "program");
    }
    var cpus = keep(map(MapType.CPUMAP, 4, 8, 1, 0));
    try (var program = program(ProgramType.XDP, AttachType.XDP_CPUMAP.number(), 0)) {
      check("update", Bpf.mapUpdate(cpus.number(), words(0), words(192, program.number()), 0));
      add("cpumap/devmap entry program", key(program), "cpumap");
    }
    var sockets = keep(map(MapType.SOCKMAP, 4, 4, 1, 0));
    try (var program = program(ProgramType.SK_SKB)) {
      check(
          "PROG_ATTACH",
          Bpf.progAttach(
              sockets.number(), program.number(), AttachType.SK_SKB_STREAM_VERDICT.number(), 0));
      add("sockmap verdict program", key(program), "sockmap");
    }
  }

  private void sockets() {
    var address = new java.net.InetSocketAddress(java.net.InetAddress.getLoopbackAddress(), 0);
    try (var program = program(ProgramType.SOCKET_FILTER)) {
      var socket = keep(fd("socket", Sockets.tcp(address)));
      check("SO_ATTACH_BPF", Sockets.attach(socket.number(), program.number()));
      add("SO_ATTACH_BPF socket filter", key(program), "socket_filter");
    }
    try (var program = program(ProgramType.SK_REUSEPORT, 39, 0)) {
      var socket = keep(fd("socket", Sockets.tcp(address)));
      check("SO_REUSEPORT", Sockets.sharePort(socket.number()));
      check("SO_ATTACH_REUSEPORT_EBPF", Sockets.attachToGroup(socket.number(), program.number()));
      add("SO_ATTACH_REUSEPORT_EBPF", key(program), "reuseport");
    }
  }

  @Override
  public void close() {
    Exception failure = null;
    while (!closings.isEmpty()) {
      try {
        closings.pop().close();
      } catch (Exception e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw new IllegalStateException(failure);
    }
  }
}
