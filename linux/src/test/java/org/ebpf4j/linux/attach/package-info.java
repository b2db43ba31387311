/// Every hook, held to its effect: it is seen while the link is open, and gone when it is closed.
@NullMarked
package org.ebpf4j.linux.attach;

import org.jspecify.annotations.NullMarked;
