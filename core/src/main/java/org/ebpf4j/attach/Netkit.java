package org.ebpf4j.attach;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The packets of a netkit device, a pair that joins two network namespaces: those that the primary
/// device sends, or those that its peer sends. Programs of both are attached at the primary device.
///
/// @param device the name of the primary device in `netns`
/// @param type `NETKIT_PRIMARY` or `NETKIT_PEER`
/// @param order where the program goes among the others
/// @param netns the network namespace of the primary device
public record Netkit(String device, AttachType type, Order order, Netns netns)
    implements AttachPoint {
  static final List<HookOption> OPTIONS = options();

  private static List<HookOption> options() {
    var options = new ArrayList<HookOption>();
    options.add(HookOption.word("primary", "packets that the primary device sends"));
    options.add(HookOption.word("peer", "packets that its peer sends"));
    options.addAll(Order.OPTIONS);
    options.add(Netns.option());
    return List.copyOf(options);
  }

  /// @throws IllegalArgumentException for an empty name or another attach type
  public Netkit {
    PlaceText.check("a network device", device);
    if (type != AttachType.NETKIT_PRIMARY && type != AttachType.NETKIT_PEER) {
      throw new IllegalArgumentException("netkit has primary and peer; not " + type.label());
    }
  }

  /// Packets that the primary device sends.
  public static Netkit primary(String device) {
    return new Netkit(device, AttachType.NETKIT_PRIMARY, Order.DEFAULT, Netns.CURRENT);
  }

  /// Packets that the peer of a primary device sends.
  public static Netkit peer(String device) {
    return new Netkit(device, AttachType.NETKIT_PEER, Order.DEFAULT, Netns.CURRENT);
  }

  /// The same, in an order.
  public Netkit with(Order place) {
    return new Netkit(device, type, place, netns);
  }

  /// The same, in a network namespace.
  public Netkit in(Netns namespace) {
    return new Netkit(device, type, order, namespace);
  }

  /// A device. Without an option the program's own attach type says which.
  ///
  /// @throws IllegalArgumentException for options that exclude each other
  public static Place parse(String device, PlaceOptions options) {
    PlaceText.check("a network device", device);
    var said =
        options
            .oneOf("primary", "peer")
            .map(which ->
                which.equals("primary") ? AttachType.NETKIT_PRIMARY : AttachType.NETKIT_PEER);
    var order = Order.of(options);
    var netns = Netns.of(options);
    return surroundings ->
        new Netkit(
            device,
            said.or(surroundings::attachType)
                .orElseThrow(() ->
                    new IllegalArgumentException(
                        "the program does not say whose packets; add primary or peer, as in netkit:"
                            + device
                            + ",primary")),
            order,
            netns);
  }

  @Override
  public String kind() {
    return "netkit";
  }

  private String whose() {
    return type == AttachType.NETKIT_PRIMARY ? "primary" : "peer";
  }

  @Override
  public String place() {
    return PlaceText.name(device) + "," + whose() + order.optionText() + netns.optionText();
  }

  @Override
  public Optional<AttachType> attachType() {
    return Optional.of(type);
  }

  @Override
  public String describe() {
    return "netkit " + whose() + " of " + device + order.optionText() + netns.inWords();
  }
}
