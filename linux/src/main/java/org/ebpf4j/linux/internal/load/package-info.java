/// The loading of objects: takes specs and descriptors, and gives a value of descriptors, logs and
/// failures, of which live objects are made above. [Loader] is the way in.
@NullMarked
package org.ebpf4j.linux.internal.load;

import org.jspecify.annotations.NullMarked;
