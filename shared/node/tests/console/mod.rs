//! The console: who may ask what, who may do what, and what stands in the way.

mod files;
mod roles;
mod sessions;
mod verbs;

use honghei_node::client::Client;
use honghei_node::join;

use crate::support::{CITY, PROVINCE, Place, Served, serve};

pub use self::verbs::{commands, questions};

pub async fn province(place: &Place) -> Served {
    let folder = place.found("p").await;
    serve(&folder, &PROVINCE).await
}

/// A county directly under the province; the province stops as soon as it has admitted it.
pub async fn county(place: &Place) -> Served {
    let (province, county) = place.province_and_county().await;
    province.running.stop().await;
    county
}

/// A city under the province, which stops as soon as it has admitted it.
pub async fn city(place: &Place) -> Served {
    let mut province = province(place).await;
    let address = province.address();
    let invitation = province.invite("420800", "city", "420000-commerce", &address).await;
    let folder = place.prepare("c");
    join::join(&folder, &invitation, &CITY).await.unwrap();
    let city = serve(&folder, &CITY).await;
    province.running.stop().await;
    city
}
