//! The streets as a network of roads, so that the demo's times are by road.

use silverbell_roads::{
    Access, BuildError, Directions, Network, NetworkBuilder, RoadClass, WayUse,
};

use super::{StreetClass, Streets};

impl Streets {
    /// Returns the network: all streets both ways, alleys not for cars.
    ///
    /// # Errors
    /// When the streets are no network.
    pub(crate) fn to_network(&self) -> Result<Network, BuildError> {
        let mut builder = NetworkBuilder::new();
        let nodes: Vec<_> = self.nodes.iter().map(|place| builder.node(*place)).collect();
        for edge in &self.edges {
            let mut usage = WayUse::open(class(edge.class));
            usage.no_stop = edge.bridge;
            if edge.class == StreetClass::Path {
                usage.access[2] = Access { directions: Directions::Neither, private: false };
            }
            builder.way(&[nodes[edge.from], nodes[edge.to]], usage);
        }
        builder.build().map(|(network, _)| network)
    }
}

const fn class(street: StreetClass) -> RoadClass {
    match street {
        StreetClass::Trunk => RoadClass::Primary,
        StreetClass::Secondary => RoadClass::Secondary,
        StreetClass::Residential => RoadClass::Residential,
        StreetClass::Path => RoadClass::Path,
    }
}
